package store

import "fmt"

// Setting returns a value the installation keeps about itself, such as the
// mark of a demonstration; empty if it was never set.
func (tx *Tx) Setting(key string) (string, error) {
	values, err := all[string](tx, "SELECT value FROM settings WHERE key = ?", key)
	if err != nil {
		return "", fmt.Errorf("store: setting: %w", err)
	}
	if len(values) == 0 {
		return "", nil
	}
	return values[0], nil
}

// ChangeSetting stores such a value in the place of the one that is expected
// there, and reports whether it was: of several who ask at once, one changes it.
func (tx *Tx) ChangeSetting(key, was, is string) (bool, error) {
	n, err := tx.exec("UPDATE settings SET value = ? WHERE key = ? AND value = ?", is, key, was)
	if err != nil {
		return false, fmt.Errorf("store: change setting: %w", err)
	}
	return n == 1, nil
}

// SetSetting stores such a value over the one before.
func (tx *Tx) SetSetting(key, value string) error {
	_, err := tx.exec("INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		key, value)
	if err != nil {
		return fmt.Errorf("store: set setting: %w", err)
	}
	return nil
}
