import Foundation

/// One turn of waiting for what another thread does.
func pause() { usleep(1000) }
