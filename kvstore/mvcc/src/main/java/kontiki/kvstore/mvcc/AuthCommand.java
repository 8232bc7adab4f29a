package kontiki.kvstore.mvcc;

import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleDeleteRequest;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserDeleteRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;

/**
 * Changes users and roles. Passwords arrive hashed (bcrypt, then base64): the log has no password.
 */
public sealed interface AuthCommand {
  record Enable() implements AuthCommand {}

  record Disable() implements AuthCommand {}

  /**
   * Gives a user, whose password the proposer has checked, a token.
   *
   * @param tokenPrefix random, from the proposer; the entry's index follows a dot
   */
  record Authenticate(String user, String tokenPrefix) implements AuthCommand {}

  record UserAdd(AuthUserAddRequest request) implements AuthCommand {}

  record UserDelete(AuthUserDeleteRequest request) implements AuthCommand {}

  record UserChangePassword(AuthUserChangePasswordRequest request) implements AuthCommand {}

  record UserGrantRole(AuthUserGrantRoleRequest request) implements AuthCommand {}

  record UserRevokeRole(AuthUserRevokeRoleRequest request) implements AuthCommand {}

  record RoleAdd(AuthRoleAddRequest request) implements AuthCommand {}

  record RoleDelete(AuthRoleDeleteRequest request) implements AuthCommand {}

  record RoleGrantPermission(AuthRoleGrantPermissionRequest request) implements AuthCommand {}

  record RoleRevokePermission(AuthRoleRevokePermissionRequest request) implements AuthCommand {}
}
