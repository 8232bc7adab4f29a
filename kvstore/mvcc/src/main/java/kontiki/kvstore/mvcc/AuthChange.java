package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;
import org.jspecify.annotations.Nullable;

/** What each {@link AuthCommand} makes of an {@link AuthState}, by etcd's rules. Pure. */
final class AuthChange {
  private AuthChange() {}

  /**
   * The state afterwards; the same object where the command changes nothing.
   *
   * @throws RefusedException it may not be
   */
  static AuthState apply(AuthState state, AuthCommand command) {
    return switch (command) {
      case AuthCommand.Enable _ -> enable(state);
      case AuthCommand.Disable _ ->
          state.enabled() ? state.withEnabled(false).withNextRevision() : state;
      case AuthCommand.Authenticate c -> authenticate(state, c.user());
      case AuthCommand.UserAdd c -> add(state, c.request());
      case AuthCommand.UserDelete c -> {
        refuse(state.enabled() && c.request().getName().equals(AuthState.ROOT));
        User user = user(state, c.request().getName());
        yield state.withoutUser(user.getName().toStringUtf8()).withNextRevision();
      }
      case AuthCommand.UserChangePassword c -> changePassword(state, c.request());
      case AuthCommand.UserGrantRole c -> grant(state, c.request());
      case AuthCommand.UserRevokeRole c -> revoke(state, c.request());
      case AuthCommand.RoleAdd c -> addRole(state, c.request().getName());
      case AuthCommand.RoleDelete c -> deleteRole(state, c.request().getRole());
      case AuthCommand.RoleGrantPermission c -> grant(state, c.request());
      case AuthCommand.RoleRevokePermission c -> revoke(state, c.request());
    };
  }

  private static AuthState enable(AuthState state) {
    if (state.enabled()) {
      return state;
    }
    User root = state.user(AuthState.ROOT);
    if (root == null) {
      throw new RefusedException(EtcdError.ROOT_USER_NOT_EXIST);
    }
    if (!root.getRolesList().contains(AuthState.ROOT)) {
      throw new RefusedException(EtcdError.ROOT_ROLE_NOT_EXIST);
    }
    return state.withEnabled(true);
  }

  private static AuthState authenticate(AuthState state, String name) {
    if (!state.enabled()) {
      throw new RefusedException(EtcdError.AUTH_NOT_ENABLED);
    }
    User user = state.user(name);
    if (user == null || user.getOptions().getNoPassword()) {
      throw new RefusedException(EtcdError.AUTH_FAILED);
    }
    return state;
  }

  private static AuthState add(AuthState state, AuthUserAddRequest request) {
    if (request.getName().isEmpty()) {
      throw new RefusedException(EtcdError.USER_EMPTY);
    }
    if (state.user(request.getName()) != null) {
      throw new RefusedException(EtcdError.USER_ALREADY_EXIST);
    }
    User.Builder user =
        User.newBuilder().setName(request.getNameBytes()).setOptions(request.getOptions());
    if (!request.getOptions().getNoPassword()) {
      user.setPassword(hash(request.getHashedPassword()));
    }
    return state.with(user.build()).withNextRevision();
  }

  private static AuthState changePassword(AuthState state, AuthUserChangePasswordRequest request) {
    User.Builder user = user(state, request.getName()).toBuilder();
    if (user.getOptions().getNoPassword()) {
      user.clearPassword();
    } else {
      user.setPassword(hash(request.getHashedPassword()));
    }
    return state.with(user.build()).withNextRevision();
  }

  private static ByteString hash(String base64) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new RefusedException(EtcdError.NO_PASSWORD_USER);
    }
  }

  private static AuthState grant(AuthState state, AuthUserGrantRoleRequest request) {
    User user = user(state, request.getUser());
    if (!request.getRole().equals(AuthState.ROOT)) {
      role(state, request.getRole());
    }
    TreeSet<ByteString> roles = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
    roles.addAll(user.getRolesList().asByteStringList());
    if (!roles.add(request.getRoleBytes())) {
      return state;
    }
    User.Builder changed = user.toBuilder().clearRoles();
    roles.forEach(changed::addRolesBytes);
    return state.with(changed.build()).withNextRevision();
  }

  private static AuthState revoke(AuthState state, AuthUserRevokeRoleRequest request) {
    refuse(
        state.enabled()
            && request.getName().equals(AuthState.ROOT)
            && request.getRole().equals(AuthState.ROOT));
    User user = user(state, request.getName());
    if (!user.getRolesList().contains(request.getRole())) {
      throw new RefusedException(EtcdError.ROLE_NOT_GRANTED);
    }
    return state.with(without(user, request.getRole())).withNextRevision();
  }

  private static AuthState addRole(AuthState state, String name) {
    if (name.isEmpty()) {
      throw new RefusedException(EtcdError.ROLE_EMPTY);
    }
    if (state.role(name) != null) {
      throw new RefusedException(EtcdError.ROLE_ALREADY_EXIST);
    }
    Role role = Role.newBuilder().setName(ByteString.copyFromUtf8(name)).build();
    return state.with(role).withNextRevision();
  }

  private static AuthState deleteRole(AuthState state, String name) {
    refuse(state.enabled() && name.equals(AuthState.ROOT));
    role(state, name);
    AuthState changed = state.withoutRole(name);
    for (User user : state.users()) {
      if (user.getRolesList().contains(name)) {
        changed = changed.with(without(user, name));
      }
    }
    return changed.withNextRevision();
  }

  private static AuthState grant(AuthState state, AuthRoleGrantPermissionRequest request) {
    if (!request.hasPerm()) {
      throw new RefusedException(EtcdError.PERMISSION_NOT_GIVEN);
    }
    Permission permission = request.getPerm();
    refuse(permission.getKey().isEmpty() || range(permission).isEmpty());
    Role role = role(state, request.getName());
    List<Permission> permissions = role.getKeyPermissionList();
    Role.Builder changed = role.toBuilder().clearKeyPermission();
    int at = 0;
    for (; at < permissions.size(); at++) {
      if (KeyRange.compare(permissions.get(at).getKey(), permission.getKey()) >= 0) {
        break;
      }
    }
    boolean replaces =
        at < permissions.size() && range(permissions.get(at)).equals(range(permission));
    changed.addAllKeyPermission(permissions.subList(0, at));
    changed.addKeyPermission(permission);
    changed.addAllKeyPermission(permissions.subList(replaces ? at + 1 : at, permissions.size()));
    return state.with(changed.build()).withNextRevision();
  }

  private static AuthState revoke(AuthState state, AuthRoleRevokePermissionRequest request) {
    Role role = role(state, request.getRole());
    KeyRange range = new KeyRange(request.getKey(), request.getRangeEnd());
    List<Permission> left =
        role.getKeyPermissionList().stream()
            .filter(permission -> !range(permission).equals(range))
            .toList();
    if (left.size() == role.getKeyPermissionCount()) {
      throw new RefusedException(EtcdError.PERMISSION_NOT_GRANTED);
    }
    Role changed = role.toBuilder().clearKeyPermission().addAllKeyPermission(left).build();
    return state.with(changed).withNextRevision();
  }

  private static KeyRange range(Permission permission) {
    return new KeyRange(permission.getKey(), permission.getRangeEnd());
  }

  private static User without(User user, String role) {
    List<String> left = user.getRolesList().stream().filter(name -> !name.equals(role)).toList();
    return user.toBuilder().clearRoles().addAllRoles(left).build();
  }

  private static User user(AuthState state, String name) {
    @Nullable User user = state.user(name);
    if (user == null) {
      throw new RefusedException(EtcdError.USER_NOT_FOUND);
    }
    return user;
  }

  private static Role role(AuthState state, String name) {
    @Nullable Role role = state.role(name);
    if (role == null) {
      throw new RefusedException(EtcdError.ROLE_NOT_FOUND);
    }
    return role;
  }

  /** Nobody may take the last key away while the doors are locked. */
  private static void refuse(boolean locksOut) {
    if (locksOut) {
      throw new RefusedException(EtcdError.INVALID_AUTH_MGMT);
    }
  }
}
