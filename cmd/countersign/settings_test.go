package main

import (
	"reflect"
	"strings"
	"testing"

	"countersign/internal/app"
)

func TestEverySettingHasAFlagOfItsNameWhichHelpPrintsWithoutItsValue(t *testing.T) {
	t.Setenv("COUNTERSIGN_DATABASE", "postgres://somebody:secret@db.example/countersign")
	t.Setenv("COUNTERSIGN_SMTP", "smtp://somebody:secret@mail.example:25")
	t.Setenv("COUNTERSIGN_OIDC_CLIENT_SECRET", "secret")
	serve := serveCommand()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[app.Config]()) {
		setting := field.Tag.Get("env")
		if setting == "" || setting == "-" {
			continue
		}
		if flag := strings.ReplaceAll(strings.ToLower(setting), "_", "-"); serve.Flags().Lookup(flag) == nil {
			t.Errorf("COUNTERSIGN_%s has no flag --%s", setting, flag)
		}
	}
	if help := serve.UsageString(); strings.Contains(help, "secret@") || strings.Contains(help, `"secret"`) {
		t.Errorf("help prints what is secret:\n%s", help)
	}
}
