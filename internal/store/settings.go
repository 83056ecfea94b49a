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

// SetSetting stores such a value over the one before.
func (tx *Tx) SetSetting(key, value string) error {
	_, err := tx.exec("INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		key, value)
	if err != nil {
		return fmt.Errorf("store: set setting: %w", err)
	}
	return nil
}
