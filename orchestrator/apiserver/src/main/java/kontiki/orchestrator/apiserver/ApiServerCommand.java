package kontiki.orchestrator.apiserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import kontiki.orchestrator.apiserver.ApiServerConfiguration.AuthorizationMode;
import kontiki.orchestrator.apiserver.registry.AddressRange;
import kontiki.orchestrator.apiserver.registry.ServiceAllocations.PortRange;
import kontiki.orchestrator.apiserver.storage.EtcdStorage;
import kontiki.orchestrator.apiserver.storage.StorageException;
import kontiki.pki.transport.GrpcChannels;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kontiki apiserver}: serves the Kubernetes API, with the flags of kube-apiserver. */
@Command(
    name = "apiserver",
    mixinStandardHelpOptions = true,
    description = "Serves the Kubernetes API over mutual TLS, on any etcd v3 store.",
    footerHeading = "%nExample:%n",
    footer = {
      "  kontiki apiserver --etcd-servers https://127.0.0.1:2379 \\",
      "    --etcd-cafile pki/store-client/ca.crt \\",
      "    --etcd-certfile pki/store-client/apiserver.crt \\",
      "    --etcd-keyfile pki/store-client/apiserver.key \\",
      "    --tls-cert-file pki/apiserver/apiserver.crt \\",
      "    --tls-private-key-file pki/apiserver/apiserver.key \\",
      "    --client-ca-file pki/apiserver/ca.crt \\",
      "    --node-client-ca-file pki/apiserver-node/ca.crt \\",
      "    --service-account-key-file pki/service-account.pub \\",
      "    --service-account-signing-key-file pki/service-account.key"
    })
public final class ApiServerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServerCommand.class);

  @Option(
      names = "--etcd-servers",
      required = true,
      split = ",",
      paramLabel = "URL",
      description = "Where the store is: https://HOST:PORT, several separated by commas.")
  private List<String> etcdServers = List.of();

  @Option(
      names = "--etcd-cafile",
      required = true,
      paramLabel = "FILE",
      description = "Authority of the store's certificates.")
  private Path etcdAuthority = Path.of("");

  @Option(
      names = "--etcd-certfile",
      required = true,
      paramLabel = "FILE",
      description = "Own certificate towards the store.")
  private Path etcdCertificate = Path.of("");

  @Option(
      names = "--etcd-keyfile",
      required = true,
      paramLabel = "FILE",
      description = "Key of that certificate.")
  private Path etcdKey = Path.of("");

  @Option(
      names = "--bind-address",
      split = ",",
      paramLabel = "IP",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; may be repeated. Default: ${DEFAULT-VALUE}.")
  private List<String> bindAddresses = List.of();

  @Option(
      names = "--secure-port",
      paramLabel = "PORT",
      defaultValue = "6443",
      description = "Port to listen on. Default: ${DEFAULT-VALUE}.")
  private int securePort;

  @Option(
      names = "--advertise-address",
      paramLabel = "IP",
      description = "Where clients in pods reach this server. Default: the first bind address.")
  private @Nullable String advertiseAddress;

  @Option(
      names = "--tls-cert-file",
      required = true,
      paramLabel = "FILE",
      description = "Serving certificate.")
  private Path certificate = Path.of("");

  @Option(
      names = "--tls-private-key-file",
      required = true,
      paramLabel = "FILE",
      description = "Key of the serving certificate.")
  private Path privateKey = Path.of("");

  @Option(
      names = "--client-ca-file",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "Authorities of client certificates; may be repeated.")
  private List<Path> clientAuthorities = List.of();

  @Option(
      names = "--node-client-ca-file",
      split = ",",
      paramLabel = "FILE",
      description = "Authorities whose certificates may only be users system:node:*.")
  private List<Path> nodeAuthorities = List.of();

  @Option(
      names = "--service-account-issuer",
      paramLabel = "URL",
      defaultValue = "https://kubernetes.default.svc.cluster.local",
      description = "Issuer of service account tokens. Default: ${DEFAULT-VALUE}.")
  private String issuer = "";

  @Option(
      names = "--service-account-key-file",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "Public keys that check service account tokens; may be repeated.")
  private List<Path> accountKeys = List.of();

  @Option(
      names = "--service-account-signing-key-file",
      paramLabel = "FILE",
      description = "Private key that signs service account tokens.")
  private @Nullable Path accountSigningKey;

  @Option(
      names = "--service-cluster-ip-range",
      paramLabel = "CIDR",
      defaultValue = "10.96.0.0/16",
      description = "Addresses of services. Default: ${DEFAULT-VALUE}.")
  private String serviceRange = "";

  @Option(
      names = "--service-node-port-range",
      paramLabel = "FROM-TO",
      defaultValue = "30000-32767",
      description = "Node ports of services. Default: ${DEFAULT-VALUE}.")
  private String nodePortRange = "";

  @Option(
      names = "--kubelet-client-certificate",
      paramLabel = "FILE",
      description = "Own certificate towards kubelets.")
  private @Nullable Path kubeletCertificate;

  @Option(
      names = "--kubelet-client-key",
      paramLabel = "FILE",
      description = "Key of that certificate.")
  private @Nullable Path kubeletKey;

  @Option(
      names = "--kubelet-certificate-authority",
      paramLabel = "FILE",
      description = "Authority of the kubelets' serving certificates.")
  private @Nullable Path kubeletAuthority;

  @Option(
      names = "--authorization-mode",
      split = ",",
      paramLabel = "MODE",
      defaultValue = "Node,RBAC",
      description = "Who decides what a user may do: Node, RBAC, AlwaysAllow. Default: Node,RBAC.")
  private List<String> authorizationModes = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ApiServerConfiguration configuration = configuration();
    ApiServerConfiguration.Store store = configuration.store();
    EtcdStorage storage =
        new EtcdStorage(GrpcChannels.open(store.endpoints(), ApiServer.storeIdentity(store)));
    ApiServer server;
    try {
      // Where the store cannot be reached, saying so now is better than never becoming ready.
      long revision = storage.currentRevision();
      LOG.info("store reached endpoints={} revision={}", store.endpoints(), revision);
      server = ApiServer.start(configuration, storage);
    } catch (StorageException e) {
      storage.close();
      throw new IOException(
          e.getMessage()
              + ": check that it runs at "
              + etcdServers
              + " and trusts "
              + etcdCertificate,
          e);
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  server.close();
                  stopped.countDown();
                }));
    stopped.await();
    return 0;
  }

  /** The flags as a configuration; each flag that is wrong is one clear line. */
  ApiServerConfiguration configuration() {
    List<URI> endpoints = etcdServers.stream().map(ApiServerCommand::endpoint).toList();
    List<InetSocketAddress> listen = new ArrayList<>();
    for (String address : bindAddresses) {
      listen.add(new InetSocketAddress(address("--bind-address", address), port()));
    }
    if (advertiseAddress != null) {
      var unused = address("--advertise-address", advertiseAddress);
    }
    return new ApiServerConfiguration(
        new ApiServerConfiguration.Store(
            endpoints,
            file("--etcd-cafile", etcdAuthority),
            file("--etcd-certfile", etcdCertificate),
            file("--etcd-keyfile", etcdKey)),
        listen,
        advertiseAddress,
        file("--tls-cert-file", certificate),
        file("--tls-private-key-file", privateKey),
        files("--client-ca-file", clientAuthorities),
        files("--node-client-ca-file", nodeAuthorities),
        new ApiServerConfiguration.Accounts(
            issuer,
            files("--service-account-key-file", accountKeys),
            accountSigningKey == null
                ? null
                : file("--service-account-signing-key-file", accountSigningKey)),
        checked("--service-cluster-ip-range", serviceRange, AddressRange::parse),
        checked("--service-node-port-range", nodePortRange, PortRange::parse),
        kubelets(),
        authorizationModes.stream().map(ApiServerCommand::mode).toList());
  }

  private int port() {
    if (securePort < 0 || securePort > 65_535) {
      throw new IllegalArgumentException(
          "--secure-port: " + securePort + " is not a port from 1 to 65535");
    }
    return securePort;
  }

  private ApiServerConfiguration.@Nullable Kubelets kubelets() {
    if (kubeletCertificate == null && kubeletKey == null && kubeletAuthority == null) {
      return null;
    }
    if (kubeletCertificate == null || kubeletKey == null || kubeletAuthority == null) {
      throw new IllegalArgumentException(
          "--kubelet-client-certificate, --kubelet-client-key and --kubelet-certificate-authority"
              + " belong together: give all three");
    }
    return new ApiServerConfiguration.Kubelets(
        file("--kubelet-certificate-authority", kubeletAuthority),
        file("--kubelet-client-certificate", kubeletCertificate),
        file("--kubelet-client-key", kubeletKey));
  }

  private static URI endpoint(String text) {
    try {
      URI uri = new URI(text);
      if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, like a URL of another form.
    }
    throw new IllegalArgumentException(
        "--etcd-servers: \"" + text + "\" is not of the form https://HOST:PORT");
  }

  private static InetAddress address(String flag, String text) {
    try {
      if (text.matches("[0-9.]+|[0-9a-fA-F:.]+")) {
        return InetAddress.getByName(text);
      }
    } catch (UnknownHostException e) {
      // Told below, like a name.
    }
    throw new IllegalArgumentException(flag + ": \"" + text + "\" is not an IP address");
  }

  private static <T> T checked(String flag, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  private static AuthorizationMode mode(String text) {
    return switch (text) {
      case "Node" -> AuthorizationMode.NODE;
      case "RBAC" -> AuthorizationMode.RBAC;
      case "AlwaysAllow" -> AuthorizationMode.ALWAYS_ALLOW;
      default ->
          throw new IllegalArgumentException(
              "--authorization-mode: \"" + text + "\" is not one of Node, RBAC, AlwaysAllow");
    };
  }

  private static List<Path> files(String flag, List<Path> files) {
    return files.stream().map(each -> file(flag, each)).toList();
  }

  private static Path file(String flag, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          flag + ": " + file + " does not exist or cannot be read: check the path and its rights");
    }
    return file;
  }
}
