package kontiki.kvstore.mvcc;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.pb.AuthDisableResponse;
import kontiki.kvstore.api.pb.AuthEnableResponse;
import kontiki.kvstore.api.pb.AuthRoleAddResponse;
import kontiki.kvstore.api.pb.AuthRoleDeleteResponse;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionResponse;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionResponse;
import kontiki.kvstore.api.pb.AuthUserAddResponse;
import kontiki.kvstore.api.pb.AuthUserChangePasswordResponse;
import kontiki.kvstore.api.pb.AuthUserDeleteResponse;
import kontiki.kvstore.api.pb.AuthUserGrantRoleResponse;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleResponse;
import kontiki.kvstore.api.pb.AuthenticateResponse;
import kontiki.kvstore.api.pb.ResponseHeader;

/** Users and roles while one entry is applied. Used once, by one thread. */
final class AuthApplication {
  private final WriteSet writes;
  private final long index;
  private final List<Applied.TokenChange> tokens = new ArrayList<>();
  private AuthState state;

  /**
   * @param index of the entry
   */
  AuthApplication(AuthState state, WriteSet writes, long index) {
    this.state = state;
    this.writes = writes;
    this.index = index;
  }

  AuthState state() {
    return state;
  }

  List<Applied.TokenChange> tokens() {
    return tokens;
  }

  void run(Identity who, AuthCommand command) {
    if (!(command instanceof AuthCommand.Authenticate)) {
      state.requireAdmin(who);
    }
    AuthState after = AuthChange.apply(state, command);
    AuthTable.write(writes, state, after);
    state = after;
    switch (command) {
      case AuthCommand.Authenticate c ->
          tokens.add(new Applied.TokenChange.Given(c.user(), token(c)));
      case AuthCommand.Disable _ -> tokens.add(new Applied.TokenChange.AllTaken());
      case AuthCommand.UserDelete c ->
          tokens.add(new Applied.TokenChange.Taken(c.request().getName()));
      case AuthCommand.UserChangePassword c ->
          tokens.add(new Applied.TokenChange.Taken(c.request().getName()));
      case AuthCommand.Enable _,
          AuthCommand.UserAdd _,
          AuthCommand.UserGrantRole _,
          AuthCommand.UserRevokeRole _,
          AuthCommand.RoleAdd _,
          AuthCommand.RoleDelete _,
          AuthCommand.RoleGrantPermission _,
          AuthCommand.RoleRevokePermission _ -> {}
    }
  }

  MessageLite response(AuthCommand command, ResponseHeader header) {
    return switch (command) {
      case AuthCommand.Enable _ -> AuthEnableResponse.newBuilder().setHeader(header).build();
      case AuthCommand.Disable _ -> AuthDisableResponse.newBuilder().setHeader(header).build();
      case AuthCommand.Authenticate c ->
          AuthenticateResponse.newBuilder().setHeader(header).setToken(token(c)).build();
      case AuthCommand.UserAdd _ -> AuthUserAddResponse.newBuilder().setHeader(header).build();
      case AuthCommand.UserDelete _ ->
          AuthUserDeleteResponse.newBuilder().setHeader(header).build();
      case AuthCommand.UserChangePassword _ ->
          AuthUserChangePasswordResponse.newBuilder().setHeader(header).build();
      case AuthCommand.UserGrantRole _ ->
          AuthUserGrantRoleResponse.newBuilder().setHeader(header).build();
      case AuthCommand.UserRevokeRole _ ->
          AuthUserRevokeRoleResponse.newBuilder().setHeader(header).build();
      case AuthCommand.RoleAdd _ -> AuthRoleAddResponse.newBuilder().setHeader(header).build();
      case AuthCommand.RoleDelete _ ->
          AuthRoleDeleteResponse.newBuilder().setHeader(header).build();
      case AuthCommand.RoleGrantPermission _ ->
          AuthRoleGrantPermissionResponse.newBuilder().setHeader(header).build();
      case AuthCommand.RoleRevokePermission _ ->
          AuthRoleRevokePermissionResponse.newBuilder().setHeader(header).build();
    };
  }

  private String token(AuthCommand.Authenticate command) {
    return command.tokenPrefix() + "." + index;
  }
}
