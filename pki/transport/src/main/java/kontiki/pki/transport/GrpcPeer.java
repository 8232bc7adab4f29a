package kontiki.pki.transport;

import io.grpc.Attributes;
import io.grpc.Context;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who calls a gRPC method: read {@link #CONTEXT} inside a call, or {@link #ATTRIBUTE} from {@code
 * ServerCall.getAttributes()} in an interceptor.
 *
 * @param address the caller's
 * @param certificates its verified chain, its own first; empty if it showed none
 */
public record GrpcPeer(InetSocketAddress address, List<X509Certificate> certificates) {
  public static final Context.Key<GrpcPeer> CONTEXT = Context.key("kontiki-peer");

  public static final Attributes.Key<GrpcPeer> ATTRIBUTE = Attributes.Key.create("kontiki-peer");

  public GrpcPeer {
    certificates = List.copyOf(certificates);
  }
}
