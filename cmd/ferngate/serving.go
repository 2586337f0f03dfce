package main

import (
	"context"
	"io"
	stdlog "log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/cmd/ferngate/systemd"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/config/watch"
	"github.com/ferngate/ferngate/proxy"
)

// serve runs a gateway by the config at path, and by what that becomes, until ctx
// is done; then it drains, and returns nil. It calls ready, if there is one, with
// the address that it listens at. What systemd has to be told it is told.
func serve(ctx context.Context, path string, stderr io.Writer, ready func(net.Addr)) error {
	// net/http speaks to the standard logger of what an app sends unasked, and quotes it.
	stdlog.SetOutput(io.Discard)
	sockets, err := systemd.InheritSockets()
	if err != nil {
		return err
	}
	g := &serving{path: path, logs: newLogs(stderr), files: watch.NewWatcher(), server: proxy.NewServer(takeOrListen(sockets))}
	defer g.logs.flush()
	// SIGHUP is what operators send to have a config read again; until then, and
	// while that is being done, it waits.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	if err := g.load("serving"); err != nil {
		return err
	}
	if err := sockets.Unused(config.ListenKeys()...); err != nil {
		return err
	}
	go g.files.Run(ctx)
	notifier := systemd.NewNotifier(g.log)
	notifier.Ready("Serving at " + g.server.Addr().String())
	watched, unwatch := context.WithCancel(context.WithoutCancel(ctx)) // until it has stopped
	defer unwatch()
	go notifier.Watch(watched, g.answers)
	if ready != nil {
		ready(g.server.Addr())
	}
	for {
		select {
		case <-ctx.Done():
			notifier.Stopping("Finishing what runs")
			atOnce, release := signal.NotifyContext(context.WithoutCancel(ctx), os.Interrupt, syscall.SIGTERM)
			defer release()
			g.server.Drain(atOnce)
			return nil
		case <-hangups:
		case <-g.files.Changed():
		}
		notifier.Reloading()
		status := "Serving at "
		if err := g.load("reloaded"); err != nil {
			g.server.Refuse(err)
			status = "The config is refused (see the log), serving by the one from before at "
		}
		notifier.Ready(status + g.server.Addr().String())
	}
}

// serving is a gateway that runs.
type serving struct {
	path   string
	logs   *logs
	files  *watch.Watcher
	server *proxy.Server
	config *config.Config // that is in force; nil at first
	log    *zap.Logger    // its
	said   bool           // that not all files can be watched
}

// load puts what the config and its files say now into force, all of it or, with
// an error, nothing. The log has the message then, and what is in force.
func (g *serving) load(message string) error {
	unwatched := g.files.Follow(config.Files(g.path)) // before they are read: what changes from now on is seen
	cfg, warnings, err := config.LoadAfter(g.config, g.path, proxy.CheckFiles)
	if err != nil {
		return err
	}
	log := g.logs.of(cfg.Log)
	if err := g.server.Apply(cfg, log); err != nil {
		return err
	}
	g.config, g.log = cfg, log
	if unwatched != nil && !g.said {
		g.said = true
		log.Warn("not all files can be watched: changes are seen within 10 s", zap.Error(unwatched))
	}
	for _, w := range warnings {
		log.Warn(w.Problem, placeOf(w)...)
	}
	logInForce(log, message, cfg, g.server.Addr())
	return nil
}
