package kontiki.kvstore.cli;

import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kontiki.kvstore.cli.direct.DirectStore;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/**
 * Where to connect and as whom. Every connection is mutual TLS.
 *
 * @param endpoints {@code https://HOST:PORT}, at least one
 */
public record Connection(
    List<URI> endpoints, Path cacert, Path cert, Path key, Duration dial, Duration command) {

  static Connection of(GlobalOptions options) {
    var endpoints = options.endpoints().stream().map(Connection::endpoint).toList();
    Path cacert = options.cacert();
    Path cert = options.cert();
    Path key = options.key();
    if (cacert == null && cert == null && key == null) {
      Path set = options.dataDirectory().resolve("pki/store-client");
      cacert = set.resolve("ca.crt");
      cert = set.resolve("kv.crt");
      key = set.resolve("kv.key");
      if (!Files.exists(cert)) {
        throw KvFailure.badArguments(
            "there is no local cluster in "
                + options.dataDirectory()
                + ": start one with 'kontiki up', or give --endpoints, --cacert, --cert and --key");
      }
    }
    if (cacert == null || cert == null || key == null) {
      throw KvFailure.badArguments(
          "give all three of --cacert, --cert and --key: every connection is mutually"
              + " authenticated");
    }
    return new Connection(
            endpoints, cacert, cert, key, options.dialTimeout(), options.commandTimeout())
        .readable();
  }

  /** This, after a look at its files. */
  Connection readable() {
    for (Path file : List.of(cacert, cert, key)) {
      if (!Files.isReadable(file)) {
        String why = Files.exists(file) ? "not readable by this user" : "no such file";
        throw KvFailure.badArguments("open " + file + ": " + why);
      }
    }
    return this;
  }

  private static URI endpoint(String text) {
    String uri = text.strip().contains("://") ? text.strip() : "https://" + text.strip();
    if (uri.startsWith("http://")) {
      throw KvFailure.badArguments(
          "endpoint " + text + " is not encrypted: every connection is TLS, write https://");
    }
    try {
      var parsed = URI.create(uri);
      if (parsed.getHost() != null && parsed.getPort() > 0) {
        return parsed;
      }
    } catch (IllegalArgumentException e) {
      throw KvFailure.badArguments("endpoint '" + text + "': " + e.getMessage());
    }
    throw KvFailure.badArguments("endpoint '" + text + "' is not of the form HOST:PORT");
  }

  /** The same identity, other members. */
  Connection to(List<String> others) {
    var uris = others.stream().map(Connection::endpoint).toList();
    return new Connection(uris, cacert, cert, key, dial, command);
  }

  /** For streams: gRPC's own client. */
  ManagedChannel channel() {
    return GrpcChannels.open(endpoints, TlsIdentity.load(cert, key, cacert));
  }

  /** For commands that ask and are answered; the lean way, see docs/decisions. */
  Store open() {
    try {
      return new Direct(new DirectStore(endpoints, cacert, cert, key, dial, command));
    } catch (IOException e) {
      throw KvFailure.badArguments(String.valueOf(e.getMessage()));
    }
  }

  private record Direct(DirectStore direct) implements Store {
    @Override
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
      return direct.call(method, request);
    }

    @Override
    public void close() {
      direct.close();
    }
  }
}
