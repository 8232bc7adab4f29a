package kontiki.kvstore.server.auth;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.mvcc.Access;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Identity;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.pki.transport.GrpcPeer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes a request, while users count: by the token that came with it, else by the
 * common name of the client's certificate. Requests that change something carry their caller into
 * the log and are checked where they are applied; reads are checked on the view that they read;
 * what operators ask of one member is refused here to all but root. While users do not count, all
 * of this is one look at the state. Safe for many threads; a call may block for a read barrier.
 */
public final class AuthGate implements ServerInterceptor {
  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> GATEWAY =
      Metadata.Key.of("grpcgateway-accept", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Credentials> CREDENTIALS = Context.key("credentials");

  private static final Set<String> ADMIN =
      Set.of(
          "etcdserverpb.Maintenance/Defragment",
          "etcdserverpb.Maintenance/Snapshot",
          "etcdserverpb.Maintenance/Hash",
          "etcdserverpb.Maintenance/HashKV",
          "etcdserverpb.Maintenance/MoveLeader",
          "etcdserverpb.Maintenance/Downgrade",
          "etcdserverpb.Cluster/MemberAdd",
          "etcdserverpb.Cluster/MemberRemove",
          "etcdserverpb.Cluster/MemberUpdate",
          "etcdserverpb.Cluster/MemberPromote");

  /** Anybody who says who they are. */
  private static final Set<String> SOMEBODY =
      Set.of(
          "etcdserverpb.Maintenance/Status",
          "etcdserverpb.Maintenance/Alarm",
          "etcdserverpb.Lease/LeaseGrant",
          "etcdserverpb.Lease/LeaseRevoke",
          "etcdserverpb.Lease/LeaseTimeToLive",
          "etcdserverpb.Lease/LeaseLeases");

  /**
   * What a call came with.
   *
   * @param commonName of the client's certificate; null where none counts
   */
  private record Credentials(@Nullable String token, @Nullable String commonName) {}

  private final RaftNode node;
  private final Tokens tokens;

  public AuthGate(RaftNode node, Tokens tokens) {
    this.node = node;
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    AuthState auth = node.store().auth();
    // A stream may live until users count.
    if (!auth.enabled() && call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    Credentials credentials = credentials(call, headers);
    if (auth.enabled()) {
      try {
        enter(call.getMethodDescriptor().getFullMethodName(), credentials);
      } catch (RefusedException e) {
        call.close(e.error().status(), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    }
    return Contexts.interceptCall(
        Context.current().withValue(CREDENTIALS, credentials), call, headers, next);
  }

  private void enter(String method, Credentials credentials) {
    boolean admin = ADMIN.contains(method);
    if (admin || SOMEBODY.contains(method)) {
      try (StoreView view = node.store().view()) {
        Access access = view.access(identity(credentials, view.auth()));
        if (admin) {
          access.admin();
        } else {
          access.somebody();
        }
      }
    }
  }

  /** The command, on behalf of whoever calls here; errors are {@link Outcome.Refused}. */
  public CompletableFuture<Outcome> propose(Command command) {
    return propose(command, node.proposer()::propose);
  }

  /** The same, where something else stands before the log. */
  public CompletableFuture<Outcome> propose(
      Command command, Function<Command, CompletableFuture<Outcome>> proposer) {
    AuthState auth = node.store().auth();
    if (!auth.enabled()) {
      return proposer.apply(command);
    }
    try {
      return proposer.apply(new Command.As(caller(auth), command));
    } catch (RefusedException e) {
      return CompletableFuture.completedFuture(new Outcome.Refused(e.error()));
    }
  }

  /**
   * What the caller may do by this view.
   *
   * @throws RefusedException the caller's token is not good
   */
  public Access access(StoreView view) {
    return view.access(caller(view.auth()));
  }

  /** Throws RefusedException unless the caller has the role root, by the state of now. */
  public void requireAdmin() {
    if (node.store().auth().enabled()) {
      try (StoreView view = node.store().view()) {
        access(view).admin();
      }
    }
  }

  /**
   * {@link Identity#NOBODY} while users do not count.
   *
   * @throws RefusedException the caller's token is not good
   */
  public Identity caller(AuthState auth) {
    if (!auth.enabled()) {
      return Identity.NOBODY;
    }
    Credentials credentials = CREDENTIALS.get();
    if (credentials == null) {
      // Users began to count after this call did: a client that tries again is asked.
      throw new RefusedException(EtcdError.AUTH_OLD_REVISION);
    }
    return identity(credentials, auth);
  }

  private Identity identity(Credentials credentials, AuthState auth) {
    if (credentials.token != null) {
      return bearer(credentials.token, auth);
    }
    return credentials.commonName == null
        ? Identity.NOBODY
        : new Identity(credentials.commonName, auth.revision());
  }

  private Identity bearer(String token, AuthState auth) {
    Identity known = tokens.bearer(token, auth);
    if (known == null
        && tokens instanceof SimpleTokens
        && SimpleTokens.indexOf(token) > node.store().state().appliedIndex()
        && !(node.reads().barrier().join() instanceof Outcome.Refused)) {
      // Another member gave it, and its entry had not come here yet.
      known = tokens.bearer(token, auth);
    }
    if (known == null) {
      throw new RefusedException(EtcdError.INVALID_AUTH_TOKEN);
    }
    return known;
  }

  private static Credentials credentials(ServerCall<?, ?> call, Metadata headers) {
    String token = headers.get(TOKEN);
    if (token == null) {
      token = headers.get(AUTHORIZATION);
    }
    if (token != null && token.startsWith("Bearer ")) {
      token = token.substring("Bearer ".length());
    }
    // A gateway's certificate would stand for all who use it.
    boolean gateway = headers.containsKey(GATEWAY);
    GrpcPeer peer = call.getAttributes().get(GrpcPeer.ATTRIBUTE);
    List<X509Certificate> chain = peer == null ? List.of() : peer.certificates();
    return new Credentials(token, gateway || chain.isEmpty() ? null : commonName(chain.getFirst()));
  }

  /** Empty where there is none; the last where there are several, as etcd takes it. */
  private static String commonName(X509Certificate certificate) {
    String found = "";
    try {
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          found = rdn.getValue().toString();
        }
      }
    } catch (InvalidNameException e) {
      return "";
    }
    return found;
  }
}
