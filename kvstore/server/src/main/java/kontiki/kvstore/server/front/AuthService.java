package kontiki.kvstore.server.front;

import com.google.protobuf.MessageLite;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.AuthDisableRequest;
import kontiki.kvstore.api.pb.AuthDisableResponse;
import kontiki.kvstore.api.pb.AuthEnableRequest;
import kontiki.kvstore.api.pb.AuthEnableResponse;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleAddResponse;
import kontiki.kvstore.api.pb.AuthRoleDeleteRequest;
import kontiki.kvstore.api.pb.AuthRoleDeleteResponse;
import kontiki.kvstore.api.pb.AuthRoleGetRequest;
import kontiki.kvstore.api.pb.AuthRoleGetResponse;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionResponse;
import kontiki.kvstore.api.pb.AuthRoleListRequest;
import kontiki.kvstore.api.pb.AuthRoleListResponse;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionResponse;
import kontiki.kvstore.api.pb.AuthStatusRequest;
import kontiki.kvstore.api.pb.AuthStatusResponse;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserAddResponse;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordResponse;
import kontiki.kvstore.api.pb.AuthUserDeleteRequest;
import kontiki.kvstore.api.pb.AuthUserDeleteResponse;
import kontiki.kvstore.api.pb.AuthUserGetRequest;
import kontiki.kvstore.api.pb.AuthUserGetResponse;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleResponse;
import kontiki.kvstore.api.pb.AuthUserListRequest;
import kontiki.kvstore.api.pb.AuthUserListResponse;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleResponse;
import kontiki.kvstore.api.pb.AuthenticateRequest;
import kontiki.kvstore.api.pb.AuthenticateResponse;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;
import kontiki.kvstore.mvcc.AuthCommand;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.Command;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.auth.AuthGate;
import kontiki.kvstore.server.auth.JwtTokens;
import kontiki.kvstore.server.auth.Passwords;
import kontiki.kvstore.server.auth.SimpleTokens;
import kontiki.kvstore.server.auth.Tokens;
import kontiki.kvstore.server.raft.RaftNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users, roles and logins. Changes go through the log, which is where it is decided whether the
 * caller may; passwords are hashed and checked here and never reach it. Calls may block.
 */
public final class AuthService extends AuthGrpc.AuthImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(AuthService.class);

  /** What the role root can do, as etcd shows it. */
  private static final Permission EVERYTHING =
      Permission.newBuilder()
          .setPermType(Permission.Type.READWRITE)
          .setRangeEnd(KeyRange.ZERO)
          .build();

  private final RaftNode node;
  private final AuthGate gate;
  private final Tokens tokens;
  private final Passwords passwords;

  public AuthService(RaftNode node, AuthGate gate, Tokens tokens, Passwords passwords) {
    this.node = node;
    this.gate = gate;
    this.tokens = tokens;
    this.passwords = passwords;
  }

  @Override
  public void authEnable(AuthEnableRequest request, StreamObserver<AuthEnableResponse> client) {
    change(AuthCommand.Enable::new, AuthEnableResponse.class, client);
  }

  @Override
  public void authDisable(AuthDisableRequest request, StreamObserver<AuthDisableResponse> client) {
    change(AuthCommand.Disable::new, AuthDisableResponse.class, client);
  }

  @Override
  public void authStatus(AuthStatusRequest request, StreamObserver<AuthStatusResponse> client) {
    read(
        view ->
            AuthStatusResponse.newBuilder()
                .setHeader(header(view))
                .setEnabled(view.auth().enabled())
                .setAuthRevision(view.auth().revision())
                .build(),
        client);
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> client) {
    Replies.now(() -> login(request), client);
  }

  private AuthenticateResponse login(AuthenticateRequest request) {
    Replies.await(node.reads().barrier());
    while (true) {
      long revision = checkPassword(request);
      AuthenticateResponse response =
          switch (tokens) {
            case JwtTokens jwt -> signed(jwt, request.getName(), revision);
            case SimpleTokens simple -> given(simple, request.getName());
          };
      if (node.store().auth().revision() == revision) {
        return response;
      }
      // The password that was checked may be an old one by now.
    }
  }

  /** The revision of users and roles that the password is good for. */
  private long checkPassword(AuthenticateRequest request) {
    AuthState auth = node.store().auth();
    if (!auth.enabled()) {
      throw new RefusedException(EtcdError.AUTH_NOT_ENABLED);
    }
    User user = auth.user(request.getName());
    if (user != null && user.getOptions().getNoPassword()) {
      throw new RefusedException(EtcdError.NO_PASSWORD_USER);
    }
    if (user == null || !passwords.matches(user.getPassword(), request.getPassword())) {
      LOG.debug("login refused user={}", request.getName());
      throw new RefusedException(EtcdError.AUTH_FAILED);
    }
    return auth.revision();
  }

  private AuthenticateResponse signed(JwtTokens jwt, String user, long revision) {
    try (StoreView view = node.store().view()) {
      return AuthenticateResponse.newBuilder()
          .setHeader(header(view))
          .setToken(jwt.sign(user, revision))
          .build();
    }
  }

  private AuthenticateResponse given(SimpleTokens simple, String user) {
    Command command = new Command.Auth(new AuthCommand.Authenticate(user, simple.newPrefix()));
    return switch (node.proposer().propose(command).join()) {
      case Outcome.Done done -> (AuthenticateResponse) done.response();
      case Outcome.Refused refused -> throw new RefusedException(refused.error());
      case Outcome.Unanswered _ -> throw new RefusedException(EtcdError.LEADER_CHANGED);
    };
  }

  @Override
  public void userAdd(AuthUserAddRequest request, StreamObserver<AuthUserAddResponse> client) {
    change(
        () -> {
          AuthUserAddRequest.Builder hashed = request.toBuilder().clearPassword();
          if (!request.getOptions().getNoPassword()) {
            hashed.setHashedPassword(passwords.hash(request.getPassword()));
          }
          return new AuthCommand.UserAdd(hashed.build());
        },
        AuthUserAddResponse.class,
        client);
  }

  @Override
  public void userGet(AuthUserGetRequest request, StreamObserver<AuthUserGetResponse> client) {
    read(
        view -> {
          gate.access(view).self(request.getName());
          User user = view.auth().user(request.getName());
          if (user == null) {
            throw new RefusedException(EtcdError.USER_NOT_FOUND);
          }
          return AuthUserGetResponse.newBuilder()
              .setHeader(header(view))
              .addAllRoles(user.getRolesList())
              .build();
        },
        client);
  }

  @Override
  public void userList(AuthUserListRequest request, StreamObserver<AuthUserListResponse> client) {
    read(
        view -> {
          gate.access(view).admin();
          AuthUserListResponse.Builder response =
              AuthUserListResponse.newBuilder().setHeader(header(view));
          view.auth().users().forEach(user -> response.addUsersBytes(user.getName()));
          return response.build();
        },
        client);
  }

  @Override
  public void userDelete(
      AuthUserDeleteRequest request, StreamObserver<AuthUserDeleteResponse> client) {
    change(() -> new AuthCommand.UserDelete(request), AuthUserDeleteResponse.class, client);
  }

  @Override
  public void userChangePassword(
      AuthUserChangePasswordRequest request,
      StreamObserver<AuthUserChangePasswordResponse> client) {
    change(
        () -> {
          AuthUserChangePasswordRequest.Builder hashed = request.toBuilder().clearPassword();
          if (!request.getPassword().isEmpty()) {
            hashed.setHashedPassword(passwords.hash(request.getPassword()));
          }
          return new AuthCommand.UserChangePassword(hashed.build());
        },
        AuthUserChangePasswordResponse.class,
        client);
  }

  @Override
  public void userGrantRole(
      AuthUserGrantRoleRequest request, StreamObserver<AuthUserGrantRoleResponse> client) {
    change(() -> new AuthCommand.UserGrantRole(request), AuthUserGrantRoleResponse.class, client);
  }

  @Override
  public void userRevokeRole(
      AuthUserRevokeRoleRequest request, StreamObserver<AuthUserRevokeRoleResponse> client) {
    change(() -> new AuthCommand.UserRevokeRole(request), AuthUserRevokeRoleResponse.class, client);
  }

  @Override
  public void roleAdd(AuthRoleAddRequest request, StreamObserver<AuthRoleAddResponse> client) {
    change(() -> new AuthCommand.RoleAdd(request), AuthRoleAddResponse.class, client);
  }

  @Override
  public void roleGet(AuthRoleGetRequest request, StreamObserver<AuthRoleGetResponse> client) {
    read(
        view -> {
          gate.access(view).hasRole(request.getRole());
          Role role = view.auth().role(request.getRole());
          if (role == null) {
            throw new RefusedException(EtcdError.ROLE_NOT_FOUND);
          }
          AuthRoleGetResponse.Builder response =
              AuthRoleGetResponse.newBuilder().setHeader(header(view));
          return request.getRole().equals(AuthState.ROOT)
              ? response.addPerm(EVERYTHING).build()
              : response.addAllPerm(role.getKeyPermissionList()).build();
        },
        client);
  }

  @Override
  public void roleList(AuthRoleListRequest request, StreamObserver<AuthRoleListResponse> client) {
    read(
        view -> {
          gate.access(view).admin();
          AuthRoleListResponse.Builder response =
              AuthRoleListResponse.newBuilder().setHeader(header(view));
          view.auth().roles().forEach(role -> response.addRolesBytes(role.getName()));
          return response.build();
        },
        client);
  }

  @Override
  public void roleDelete(
      AuthRoleDeleteRequest request, StreamObserver<AuthRoleDeleteResponse> client) {
    change(() -> new AuthCommand.RoleDelete(request), AuthRoleDeleteResponse.class, client);
  }

  @Override
  public void roleGrantPermission(
      AuthRoleGrantPermissionRequest request,
      StreamObserver<AuthRoleGrantPermissionResponse> client) {
    change(
        () -> new AuthCommand.RoleGrantPermission(request),
        AuthRoleGrantPermissionResponse.class,
        client);
  }

  @Override
  public void roleRevokePermission(
      AuthRoleRevokePermissionRequest request,
      StreamObserver<AuthRoleRevokePermissionResponse> client) {
    change(
        () -> new AuthCommand.RoleRevokePermission(request),
        AuthRoleRevokePermissionResponse.class,
        client);
  }

  private <T extends MessageLite> void change(
      Supplier<AuthCommand> command, Class<T> type, StreamObserver<T> client) {
    AuthCommand wanted;
    try {
      wanted = command.get();
    } catch (RuntimeException e) {
      Replies.fail(e, client);
      return;
    }
    Replies.whenDone(gate.propose(new Command.Auth(wanted)), type, client);
  }

  /** Answers from a state that has everything that was acknowledged before. */
  private <T> void read(Function<StoreView, T> answer, StreamObserver<T> client) {
    Replies.now(
        () -> {
          Replies.await(node.reads().barrier());
          try (StoreView view = node.store().view()) {
            return answer.apply(view);
          }
        },
        client);
  }

  private ResponseHeader header(StoreView view) {
    return node.store().ids().header(view.state().revision(), view.state().appliedTerm());
  }
}
