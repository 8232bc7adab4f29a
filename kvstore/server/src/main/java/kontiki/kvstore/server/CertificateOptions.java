package kontiki.kvstore.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The certificates of a member, and of those it meets. */
final class CertificateOptions {
  @Option(names = "--cert-file", description = "Certificate for clients.")
  @Nullable Path certFile;

  @Option(names = "--key-file", description = "Its key.")
  @Nullable Path keyFile;

  @Option(names = "--trusted-ca-file", description = "Authority of clients.")
  @Nullable Path trustedCaFile;

  @Option(
      names = "--client-cert-auth",
      arity = "0..1",
      fallbackValue = "true",
      description = "Clients need a certificate: always so here.")
  boolean clientCertAuth = true;

  @Option(names = "--peer-cert-file", description = "Certificate for members.")
  @Nullable Path peerCertFile;

  @Option(names = "--peer-key-file", description = "Its key.")
  @Nullable Path peerKeyFile;

  @Option(names = "--peer-trusted-ca-file", description = "Authority of members.")
  @Nullable Path peerTrustedCaFile;

  @Option(
      names = "--peer-client-cert-auth",
      arity = "0..1",
      fallbackValue = "true",
      description = "Members need a certificate: always so here.")
  boolean peerClientCertAuth = true;

  /** Throws StartException where one is missing, or one side would not be authenticated. */
  void check() {
    List<String> missing = new ArrayList<>();
    require("--cert-file", certFile, missing);
    require("--key-file", keyFile, missing);
    require("--trusted-ca-file", trustedCaFile, missing);
    require("--peer-cert-file", peerCertFile, missing);
    require("--peer-key-file", peerKeyFile, missing);
    require("--peer-trusted-ca-file", peerTrustedCaFile, missing);
    if (!missing.isEmpty()) {
      throw new StartException(
          "missing "
              + String.join(", ", missing)
              + ": every connection is mutually authenticated here; make certificates with kontiki"
              + " pki init");
    }
    requireMutual("--client-cert-auth", clientCertAuth);
    requireMutual("--peer-client-cert-auth", peerClientCertAuth);
  }

  EtcdConfig.Certificates client() {
    return certificates(certFile, keyFile, trustedCaFile);
  }

  EtcdConfig.Certificates peer() {
    return certificates(peerCertFile, peerKeyFile, peerTrustedCaFile);
  }

  private static EtcdConfig.Certificates certificates(
      @Nullable Path chain, @Nullable Path key, @Nullable Path trust) {
    if (chain == null || key == null || trust == null) {
      throw new IllegalStateException("not checked");
    }
    return new EtcdConfig.Certificates(chain, key, trust);
  }

  private static void require(String flag, @Nullable Path file, List<String> missing) {
    if (file == null) {
      missing.add(flag);
    }
  }

  private static void requireMutual(String flag, boolean value) {
    if (!value) {
      throw new StartException(flag + "=false: every connection is mutually authenticated here");
    }
  }
}
