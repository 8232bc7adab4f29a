package kontiki.pki.transport;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code kontiki:///HOST:PORT,HOST:PORT} to these endpoints. Each keeps its own name for
 * the check of its certificate; names are looked up when a connection is opened. Stateless.
 */
final class FixedEndpoints extends NameResolverProvider {
  private static final String SCHEME = "kontiki";

  private static final class Registered {
    static final boolean DONE = register();

    private static boolean register() {
      NameResolverRegistry.getDefaultRegistry().register(new FixedEndpoints());
      return true;
    }
  }

  /** The target that stands for the endpoints. */
  static String target(List<URI> endpoints) {
    if (endpoints.isEmpty() || !Registered.DONE) {
      throw new IllegalArgumentException("no endpoint is given");
    }
    return SCHEME
        + ":///"
        + endpoints.stream().map(FixedEndpoints::authority).collect(Collectors.joining(","));
  }

  private static String authority(URI endpoint) {
    if (!"https".equals(endpoint.getScheme())
        || endpoint.getHost() == null
        || endpoint.getPort() < 0) {
      throw new IllegalArgumentException(
          "endpoint '" + endpoint + "' is not of the form https://HOST:PORT");
    }
    return endpoint.getHost() + ":" + endpoint.getPort();
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    for (String authority : target.getPath().substring(1).split(",")) {
      int colon = authority.lastIndexOf(':');
      String host = authority.substring(0, colon).replaceAll("[\\[\\]]", "");
      int port = Integer.parseInt(authority.substring(colon + 1));
      groups.add(
          new EquivalentAddressGroup(
              new InetSocketAddress(host, port),
              Attributes.newBuilder()
                  .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, authority)
                  .build()));
    }
    return new Fixed(groups);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  /** Never the default: targets of other schemes are not ours. */
  @Override
  protected int priority() {
    return 0;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  private static final class Fixed extends NameResolver {
    private final List<EquivalentAddressGroup> groups;

    Fixed(List<EquivalentAddressGroup> groups) {
      this.groups = groups;
    }

    @Override
    public String getServiceAuthority() {
      return groups.getFirst().getAttributes().get(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE);
    }

    @Override
    public void start(Listener2 listener) {
      Status status =
          listener.onResult2(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(StatusOr.fromValue(groups))
                  .build());
      assert status != null;
    }

    @Override
    public void shutdown() {}
  }
}
