package kontiki.orchestrator.client;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How one context of a kubeconfig reaches its cluster, and as whom.
 *
 * @param server https address of the API server, with no trailing slash
 * @param authority the certificates that sign the server's
 * @param certificate the client's certificate; null with token authentication
 * @param key the client's private key; null with token authentication
 * @param token a bearer token; null for none
 * @param tokenFile a file that holds the token and may be replaced; wins over token
 * @param namespace the context's default namespace
 */
public record Connection(
    URI server,
    PemSource authority,
    @Nullable PemSource certificate,
    @Nullable PemSource key,
    @Nullable String token,
    @Nullable Path tokenFile,
    String namespace) {

  @Override
  public String toString() {
    return "Connection[server=" + server + ", namespace=" + namespace + "]";
  }
}
