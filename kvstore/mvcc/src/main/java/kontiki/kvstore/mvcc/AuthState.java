package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;
import org.jspecify.annotations.Nullable;

/**
 * Users, roles, and whether they count. Immutable: a change makes a new one that shares what stayed
 * the same, and works out anew only what the users may do whom it concerns.
 */
public final class AuthState {
  /** The user and the role that everything is permitted to. */
  public static final String ROOT = "root";

  public static final AuthState INITIAL = new AuthState(false, 1, new TreeMap<>(), new TreeMap<>());

  private final boolean enabled;
  private final long revision;
  private final TreeMap<String, Account> users;
  private final TreeMap<String, Role> roles;

  /** A user, and what all of their roles together permit. */
  private record Account(User user, boolean root, KeySet reads, KeySet writes) {
    static Account of(User user, TreeMap<String, Role> roles) {
      List<KeyRange> reads = new ArrayList<>();
      List<KeyRange> writes = new ArrayList<>();
      for (String name : user.getRolesList()) {
        Role role = roles.get(name);
        if (role == null) {
          continue;
        }
        for (Permission permission : role.getKeyPermissionList()) {
          KeyRange range = new KeyRange(permission.getKey(), permission.getRangeEnd());
          if (permission.getPermType() != Permission.Type.WRITE) {
            reads.add(range);
          }
          if (permission.getPermType() != Permission.Type.READ) {
            writes.add(range);
          }
        }
      }
      return new Account(
          user, user.getRolesList().contains(ROOT), KeySet.of(reads), KeySet.of(writes));
    }
  }

  private AuthState(
      boolean enabled, long revision, TreeMap<String, Account> users, TreeMap<String, Role> roles) {
    this.enabled = enabled;
    this.revision = revision;
    this.users = users;
    this.roles = roles;
  }

  /** What was stored. */
  static AuthState of(
      boolean enabled, long revision, Collection<User> users, Collection<Role> roles) {
    TreeMap<String, Role> byName = new TreeMap<>();
    roles.forEach(role -> byName.put(role.getName().toStringUtf8(), role));
    TreeMap<String, Account> accounts = new TreeMap<>();
    users.forEach(user -> accounts.put(user.getName().toStringUtf8(), Account.of(user, byName)));
    return new AuthState(enabled, revision, accounts, byName);
  }

  /** While it is false, everybody may do everything. */
  public boolean enabled() {
    return enabled;
  }

  /** Grows with each change; what was permitted at an older one is permitted no longer. */
  public long revision() {
    return revision;
  }

  public @Nullable User user(String name) {
    Account account = users.get(name);
    return account == null ? null : account.user;
  }

  public @Nullable Role role(String name) {
    return roles.get(name);
  }

  /** In the order of their names' bytes. */
  public List<User> users() {
    return users.values().stream()
        .map(Account::user)
        .sorted(Comparator.comparing(User::getName, KeyRange::compare))
        .toList();
  }

  /** In the order of their names' bytes. */
  public List<Role> roles() {
    return roles.values().stream()
        .sorted(Comparator.comparing(Role::getName, KeyRange::compare))
        .toList();
  }

  /** {@code end} as in a {@link KeyRange}. Throws RefusedException where it is not permitted. */
  void requireRead(Identity who, ByteString key, ByteString end) {
    if (enabled) {
      require(who, new KeyRange(key, end), false);
    }
  }

  /** The same for writing. */
  void requireWrite(Identity who, ByteString key, ByteString end) {
    if (enabled) {
      require(who, new KeyRange(key, end), true);
    }
  }

  private void require(Identity who, KeyRange range, boolean write) {
    requireSomebody(who);
    if (who.revision() < revision) {
      throw new RefusedException(EtcdError.AUTH_OLD_REVISION);
    }
    Account account = users.get(who.user());
    if (account != null
        && (account.root || (write ? account.writes : account.reads).covers(range))) {
      return;
    }
    throw new RefusedException(EtcdError.PERMISSION_DENIED);
  }

  void requireSomebody(Identity who) {
    if (enabled && who.revision() == 0) {
      throw new RefusedException(EtcdError.USER_EMPTY);
    }
  }

  void requireAdmin(Identity who) {
    if (!enabled) {
      return;
    }
    if (who.user().isEmpty()) {
      throw new RefusedException(EtcdError.USER_EMPTY);
    }
    Account account = users.get(who.user());
    if (account == null) {
      throw new RefusedException(EtcdError.USER_NOT_FOUND);
    }
    if (!account.root) {
      throw new RefusedException(EtcdError.PERMISSION_DENIED);
    }
  }

  boolean isAdmin(Identity who) {
    Account account = users.get(who.user());
    return !enabled || (account != null && account.root);
  }

  AuthState withEnabled(boolean now) {
    return new AuthState(now, revision, users, roles);
  }

  AuthState withNextRevision() {
    return new AuthState(enabled, revision + 1, users, roles);
  }

  AuthState with(User user) {
    TreeMap<String, Account> changed = new TreeMap<>(users);
    changed.put(user.getName().toStringUtf8(), Account.of(user, roles));
    return new AuthState(enabled, revision, changed, roles);
  }

  AuthState withoutUser(String name) {
    TreeMap<String, Account> changed = new TreeMap<>(users);
    changed.remove(name);
    return new AuthState(enabled, revision, changed, roles);
  }

  AuthState with(Role role) {
    TreeMap<String, Role> changed = new TreeMap<>(roles);
    changed.put(role.getName().toStringUtf8(), role);
    return withRoles(changed, role.getName().toStringUtf8());
  }

  AuthState withoutRole(String name) {
    TreeMap<String, Role> changed = new TreeMap<>(roles);
    changed.remove(name);
    return withRoles(changed, name);
  }

  private AuthState withRoles(TreeMap<String, Role> changedRoles, String changed) {
    TreeMap<String, Account> accounts = new TreeMap<>(users);
    accounts.replaceAll((_, account) ->
        account.user.getRolesList().contains(changed)
            ? Account.of(account.user, changedRoles)
            : account);
    return new AuthState(enabled, revision, accounts, changedRoles);
  }
}
