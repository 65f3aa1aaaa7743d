package import Base

/// The certificate whose key a TLS client proved to have.
package struct PeerCertificate: Sendable, Equatable {
    package enum Verification: Sendable, Equatable {
        /// An authority that the server trusts has signed it for clients, and it was in force when it was looked at.
        case trusted
        /// In OpenSSL's words.
        case untrusted(reason: String)
    }

    /// What makes a certificate unfit to say who a client is, whoever vouches for it.
    package enum Defect: Sendable, Equatable, CaseIterable {
        /// It may sign others: it is an authority's, not a client's.
        case isAuthority
        /// More than one certificate that is no authority's was shown.
        case severalLeaves
        /// More than ``PeerCertificate/authoritiesMax`` came with it.
        case tooManyAuthorities
        /// Its extended key usage does not name clients, or it has none.
        case notForClients
        /// The subject has several common names.
        case severalNames
        /// A name is not text, holds control characters, or is longer than ``PeerCertificate/nameSizeMax``.
        case unreadableName
    }

    /// The subject's; empty where it has none, several, or one that is not fit to be read.
    package let commonName: String
    /// The subject's, in its order; empty where one of them is not fit to be read.
    package let organizations: [String]
    /// Empty where the issuer has none, several, or one that is not fit to be read.
    package let issuerCommonName: String
    /// Moments past the year 2262 are given as its beginning.
    package let notBefore: Timestamp
    /// Moments past the year 2262 are given as its beginning.
    package let notAfter: Timestamp
    /// Apart from ``defect``.
    package let verification: Verification
    /// The first that was found; `nil` for a client's certificate in good order.
    package let defect: Defect?

    /// As many intermediates as MinIO takes.
    package static let authoritiesMax = 10
    /// UTF-8 bytes of one name.
    package static let nameSizeMax = 256
    /// Of one kind in one subject.
    package static let namesMax = 16
}

extension PeerCertificate.Defect: CustomStringConvertible {
    /// For whoever shows the certificate.
    package var description: String {
        switch self {
        case .isAuthority: "it is an authority's certificate"
        case .severalLeaves: "more than one client certificate was shown"
        case .tooManyAuthorities: "more than \(PeerCertificate.authoritiesMax) intermediates came with it"
        case .notForClients: "its extended key usage does not name client authentication"
        case .severalNames: "its subject has several common names"
        case .unreadableName: "a name in its subject cannot be read"
        }
    }
}
