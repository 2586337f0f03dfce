package proxy

import (
	"context"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// Check builds all that the config names and drops it again: what New would
// refuse, Check refuses.
func Check(cfg *config.Config, log *zap.Logger) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := New(ctx, cfg, log); err != nil {
		return err
	}
	_, err := NewServer(cfg, nil, log)
	return err
}
