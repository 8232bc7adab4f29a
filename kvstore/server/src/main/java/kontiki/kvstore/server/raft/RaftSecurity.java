package kontiki.kvstore.server.raft;

import kontiki.pki.transport.TlsIdentity;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;

/** Mutual TLS between members; certificates and authorities follow their files. */
public final class RaftSecurity {
  private RaftSecurity() {}

  public static Parameters of(TlsIdentity peer) {
    Parameters parameters = new Parameters();
    GrpcConfigKeys.TLS.setConf(
        parameters, new GrpcTlsConfig(peer.keyManager(), peer.trustManager(), true));
    return parameters;
  }
}
