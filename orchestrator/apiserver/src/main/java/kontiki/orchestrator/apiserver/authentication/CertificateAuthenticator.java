package kontiki.orchestrator.apiserver.authentication;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;

/**
 * Users from client certificates that the listener has verified: the common name is the user, the
 * organizations are the groups. A certificate from the authority of the nodes may only be a node's:
 * that authority signs what kubelets ask for, and must not be able to make an administrator.
 * Thread-safe.
 */
public final class CertificateAuthenticator {
  private final Supplier<List<X509Certificate>> clientAuthorities;
  private final Supplier<List<X509Certificate>> nodeAuthorities;

  /**
   * @param clientAuthorities may sign for any user
   * @param nodeAuthorities may sign for nodes alone
   */
  public CertificateAuthenticator(
      Supplier<List<X509Certificate>> clientAuthorities,
      Supplier<List<X509Certificate>> nodeAuthorities) {
    this.clientAuthorities = clientAuthorities;
    this.nodeAuthorities = nodeAuthorities;
  }

  /**
   * @param chain the client's own certificate first, verified against all authorities together
   */
  public User authenticate(List<X509Certificate> chain) {
    X509Certificate last = chain.getLast();
    User user = user(chain.getFirst());
    if (isSignedBy(last, clientAuthorities.get())) {
      return user;
    }
    if (!isSignedBy(last, nodeAuthorities.get())) {
      throw Failures.unauthorized();
    }
    if (user.nodeName().isEmpty()) {
      throw new StatusException(
          401,
          "Unauthorized",
          "a certificate of the node authority is only good for users system:node:* in the group"
              + " system:nodes, not for "
              + user.name(),
          new kontiki.orchestrator.api.tree.JsonObject());
    }
    return new User(user.name(), "", List.of(User.NODES_GROUP), Map.of());
  }

  private static boolean isSignedBy(
      X509Certificate certificate, List<X509Certificate> authorities) {
    for (X509Certificate authority : authorities) {
      if (certificate.equals(authority)) {
        return true;
      }
      if (certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
        try {
          certificate.verify(authority.getPublicKey());
          return true;
        } catch (GeneralSecurityException e) {
          // Another authority of the same name may have signed it.
          continue;
        }
      }
    }
    return false;
  }

  private static User user(X509Certificate certificate) {
    String name = "";
    List<String> groups = new ArrayList<>();
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        javax.naming.directory.Attributes attributes = part.toAttributes();
        var common = attributes.get("CN");
        var organization = attributes.get("O");
        if (common != null) {
          name = String.valueOf(common.get());
        }
        if (organization != null) {
          for (int i = 0; i < organization.size(); i++) {
            groups.add(String.valueOf(organization.get(i)));
          }
        }
      }
    } catch (javax.naming.NamingException e) {
      throw Failures.unauthorized();
    }
    if (name.isEmpty()) {
      throw Failures.unauthorized();
    }
    return new User(name, "", groups, Map.of());
  }
}
