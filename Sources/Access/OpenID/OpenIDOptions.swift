/// How providers are asked and how exactly their clocks are believed.
package struct OpenIDOptions: Sendable {
    /// How long keys are used without asking for them again.
    package var keysFreshFor = Duration.seconds(600)
    /// How long keys are used while the provider does not answer. Then nobody comes in.
    package var keysAgeMax = Duration.seconds(3600)
    /// Between two questions for keys, whatever the reason: tokens with invented key ids come from anybody.
    package var refetchIntervalMin = Duration.seconds(10)
    /// How far a provider's clock may be from ours.
    package var leeway = Duration.seconds(30)

    package init() {}
}
