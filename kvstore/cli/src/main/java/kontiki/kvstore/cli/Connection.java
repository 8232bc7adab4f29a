package kontiki.kvstore.cli;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.cli.direct.DirectStore;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect and as whom. Every connection is mutual TLS.
 *
 * @param endpoints {@code https://HOST:PORT}, at least one
 * @param login null: only the certificate counts
 */
public record Connection(
    List<URI> endpoints,
    Path cacert,
    Path cert,
    Path key,
    Duration dial,
    Duration command,
    @Nullable Login login) {

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
            endpoints,
            cacert,
            cert,
            key,
            options.dialTimeout(),
            options.commandTimeout(),
            options.login())
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
    return new Connection(uris, cacert, cert, key, dial, command, login);
  }

  /** For streams: gRPC's own client; see {@link #calls}. */
  ManagedChannel channel() {
    return GrpcChannels.open(endpoints, TlsIdentity.load(cert, key, cacert));
  }

  /** What calls over the channel are made with: logs in where that is wanted. */
  public Channel calls(Channel channel) {
    if (login == null) {
      return channel;
    }
    String token =
        login.token(request ->
            AuthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(command.toMillis(), TimeUnit.MILLISECONDS)
                .authenticate(request));
    if (token == null) {
      return channel;
    }
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /** For commands that ask and are answered; the lean way, see docs/decisions. */
  Store open() {
    try {
      var store = new DirectStore(endpoints, cacert, cert, key, dial, command);
      if (login != null) {
        try {
          store.bearing(
              login.token(request -> store.call(AuthGrpc.getAuthenticateMethod(), request)));
        } catch (KvFailure e) {
          store.close();
          throw e;
        }
      }
      return new Direct(store);
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
