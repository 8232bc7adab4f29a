package kontiki.orchestrator.apiserver;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import kontiki.orchestrator.apiserver.registry.AddressRange;
import kontiki.orchestrator.apiserver.registry.ServiceAllocations.PortRange;
import org.jspecify.annotations.Nullable;

/**
 * All that an API server is told at its start.
 *
 * @param listen where it listens; port 0 takes a free one
 * @param advertised where clients in pods reach it; null for the first address listened on
 * @param clientAuthorities files with the authorities of any client
 * @param nodeAuthorities files with the authorities of nodes alone, may be empty
 * @param issuer of service account tokens
 */
public record ApiServerConfiguration(
    Store store,
    List<InetSocketAddress> listen,
    @Nullable String advertised,
    Path certificate,
    Path privateKey,
    List<Path> clientAuthorities,
    List<Path> nodeAuthorities,
    Accounts accounts,
    AddressRange services,
    PortRange nodePorts,
    @Nullable Kubelets kubelets,
    List<AuthorizationMode> authorization) {
  /** How the store is reached. */
  public record Store(List<URI> endpoints, Path authority, Path certificate, Path privateKey) {}

  /**
   * How service accounts show who they are.
   *
   * @param verifyingKeys files with public or private keys
   * @param signingKey null where this server does not make tokens
   */
  public record Accounts(String issuer, List<Path> verifyingKeys, @Nullable Path signingKey) {}

  /** How kubelets are reached. */
  public record Kubelets(Path authority, Path certificate, Path privateKey) {}

  /** Who decides what a user may do, in this order. */
  public enum AuthorizationMode {
    NODE,
    RBAC,
    ALWAYS_ALLOW
  }
}
