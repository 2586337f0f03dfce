package main

import (
	"io"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ferngate/ferngate/config"
)

// newLog builds the log. Lines are buffered and written each second, at once
// from warnings on, and by flush, which the caller calls at exit: a write for every request
// would cost as much as a seventh of forwarding it.
func newLog(cfg config.Log, w io.Writer) (log *zap.Logger, flush func()) {
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	encoding.EncodeDuration = zapcore.SecondsDurationEncoder
	encoder := zapcore.NewJSONEncoder(encoding)
	if cfg.Format == "console" {
		encoding.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		encoding.EncodeLevel = zapcore.CapitalLevelEncoder
		encoding.EncodeDuration = zapcore.StringDurationEncoder
		encoder = zapcore.NewConsoleEncoder(encoding)
	}
	level, err := zapcore.ParseLevel(cfg.Level)
	if err != nil {
		level = zapcore.InfoLevel // a valid config names a level
	}
	plain := struct{ io.Writer }{w} // without os.File's Sync, which is for disks
	buffered := &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(plain), FlushInterval: time.Second}
	core := zapcore.RegisterHooks(zapcore.NewCore(encoder, buffered, level), func(e zapcore.Entry) error {
		if e.Level < zapcore.WarnLevel {
			return nil
		}
		return buffered.Sync() // what may be the last words waits for nothing
	})
	return zap.New(core), func() { _ = buffered.Stop() }
}

// placeOf says where in which file a warning is.
func placeOf(f config.Fault) []zap.Field {
	return []zap.Field{
		zap.String("file", f.File), zap.Int("line", f.Line), zap.Int("column", f.Column), zap.String("mend", f.Mend),
	}
}
