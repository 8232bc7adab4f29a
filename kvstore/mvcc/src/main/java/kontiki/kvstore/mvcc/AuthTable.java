package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;

/**
 * The {@link AuthState} in {@link Table#META}: {@code 'E'} to whether it is enabled (1 byte) and
 * its revision (8), {@code 'U' name} to a User, {@code 'R' name} to a Role.
 */
final class AuthTable {
  private static final byte[] SWITCH = {'E'};
  private static final byte USER = 'U';
  private static final byte ROLE = 'R';

  private AuthTable() {}

  static AuthState read(EngineView view) {
    byte[] bytes = view.get(Table.META, SWITCH);
    if (bytes == null) {
      return AuthState.INITIAL;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return AuthState.of(
        buffer.get() == 1,
        buffer.getLong(),
        all(view, USER, User.parser()),
        all(view, ROLE, Role.parser()));
  }

  /** Writes what is not the same in both; things that stayed are the same objects. */
  static void write(WriteSet writes, AuthState before, AuthState after) {
    if (before == after) {
      return;
    }
    byte[] bytes =
        ByteBuffer.allocate(1 + Long.BYTES)
            .put((byte) (after.enabled() ? 1 : 0))
            .putLong(after.revision())
            .array();
    writes.put(Table.META, SWITCH, bytes);
    for (User user : before.users()) {
      if (after.user(user.getName().toStringUtf8()) == null) {
        writes.delete(Table.META, key(USER, user.getName()));
      }
    }
    for (User user : after.users()) {
      if (before.user(user.getName().toStringUtf8()) != user) {
        writes.put(Table.META, key(USER, user.getName()), user.toByteArray());
      }
    }
    for (Role role : before.roles()) {
      if (after.role(role.getName().toStringUtf8()) == null) {
        writes.delete(Table.META, key(ROLE, role.getName()));
      }
    }
    for (Role role : after.roles()) {
      if (before.role(role.getName().toStringUtf8()) != role) {
        writes.put(Table.META, key(ROLE, role.getName()), role.toByteArray());
      }
    }
  }

  private static byte[] key(byte kind, ByteString name) {
    return ByteBuffer.allocate(1 + name.size()).put(kind).put(name.toByteArray()).array();
  }

  private static <T extends MessageLite> List<T> all(EngineView view, byte kind, Parser<T> parser) {
    List<T> found = new ArrayList<>();
    try (Cursor cursor =
        view.cursor(Table.META, new byte[] {kind}, new byte[] {(byte) (kind + 1)})) {
      for (; cursor.valid(); cursor.next()) {
        found.add(parser.parseFrom(cursor.value()));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException("the store's table of users is damaged", e);
    }
    return found;
  }
}
