import Base

/// Ours, not Foundation's.
typealias UUID = Base.UUID
