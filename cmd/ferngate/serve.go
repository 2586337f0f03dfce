package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy"
)

func newServe() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway until SIGTERM",
		Long: `Run the gateway until SIGTERM (or Ctrl-C), then take no more requests, and let those
that run finish for shutdown_timeout; a second signal ends it at once. It refuses
to start with a config that has a fault, and says what "ferngate check" says. The
log is on standard error.`,
		Example: `  export FERNGATE_SESSION_KEY=$(ferngate keygen)
  ferngate serve --config ferngate.yaml`,
		Args: configByFlag,
	}
	path := addConfigFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, warnings, err := config.Load(*path, proxy.CheckFiles)
		if err != nil {
			return err
		}
		log, flush := newLog(cfg.Log, c.ErrOrStderr())
		defer flush()
		for _, w := range warnings {
			log.Warn(w.Problem, placeOf(w)...)
		}
		limitMemory()
		go warnOfHangups(c.Context(), log)
		return serve(c.Context(), cfg, log, nil)
	}
	return c
}

// warnOfHangups keeps SIGHUP from ending the process: it is what operators send
// to have a config read again.
func warnOfHangups(ctx context.Context, log *zap.Logger) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			log.Warn("SIGHUP changes nothing: the users file is read by itself, for anything else restart")
		}
	}
}
