package kontiki.kvstore.server;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import kontiki.pki.transport.TlsIdentity;

/** Loads a member's certificates, and refuses those that no other member or client would accept. */
final class MemberCertificates {
  private MemberCertificates() {}

  /**
   * @param what for the message: "client" or "peer"
   * @throws StartException the certificate has expired, or is not yet valid
   */
  static TlsIdentity load(String what, EtcdConfig.Certificates files, InstantSource clock) {
    TlsIdentity identity = TlsIdentity.load(files.chain(), files.key(), files.trust());
    X509Certificate own = identity.certificateChain().getFirst();
    String which = "the " + what + " certificate " + files.chain();
    try {
      own.checkValidity(Date.from(clock.instant()));
    } catch (CertificateExpiredException e) {
      throw new StartException(
          which + " expired on " + own.getNotAfter().toInstant() + "; renew it", e);
    } catch (CertificateNotYetValidException e) {
      throw new StartException(
          which
              + " is valid only from "
              + own.getNotBefore().toInstant()
              + "; check the machine's clock",
          e);
    }
    boolean trusted =
        identity.trustAnchors().stream()
            .anyMatch(ca -> ca.getSubjectX500Principal().equals(own.getIssuerX500Principal()));
    if (!trusted && identity.certificateChain().size() == 1) {
      throw new StartException(
          which
              + " was issued by "
              + own.getIssuerX500Principal()
              + ", which is not in "
              + files.trust());
    }
    return identity;
  }
}
