internal import Base
internal import STSService
internal import TLS

extension ClientCertificate {
    /// - Parameters:
    ///   - acceptsUnverified: whether it counts although no authority vouches for it; in force it must be.
    ///   - now: when it is shown.
    init(_ peer: PeerCertificate, acceptsUnverified: Bool, now: Timestamp) {
        let refusal: String? =
            switch (peer.defect, peer.verification) {
            case (let defect?, _): "\(defect)"
            case (nil, .trusted): nil
            case (nil, .untrusted(let reason)):
                acceptsUnverified && peer.notBefore <= now && now < peer.notAfter ? nil : reason
            }
        self.init(
            commonName: peer.commonName,
            organization: peer.organizations,
            issuerCommonName: peer.issuerCommonName,
            notAfter: peer.notAfter,
            refusal: refusal
        )
    }
}
