package kontiki.kvstore.mvcc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.Member;

/**
 * What members said of themselves, in {@link Table#META}: {@code 'M' id} to a Member with name and
 * client addresses, {@code 'D' id} of those that were removed, {@code 'F'} once the first members
 * are known, {@code 'A' type id} to an AlarmMember that is raised.
 */
public final class ClusterTable {
  private static final byte MEMBER = 'M';
  private static final byte REMOVED = 'D';
  private static final byte ALARM = 'A';
  private static final byte[] FOUNDED = {'F'};

  private static final byte[] NOTHING = new byte[0];

  private ClusterTable() {}

  /** By id. */
  public static List<Member> members(EngineView view) {
    return all(view, MEMBER, Member.parser());
  }

  /** By type, then member id. */
  public static List<AlarmMember> alarms(EngineView view) {
    return all(view, ALARM, AlarmMember.parser());
  }

  static boolean isFounded(EngineView view) {
    return view.get(Table.META, FOUNDED) != null;
  }

  static boolean isRemoved(EngineView view, long id) {
    return view.get(Table.META, key(REMOVED, id)) != null;
  }

  static void found(WriteSet writes) {
    writes.put(Table.META, FOUNDED, NOTHING);
  }

  static void put(WriteSet writes, Member member) {
    writes.put(Table.META, key(MEMBER, member.getID()), member.toByteArray());
  }

  static void remove(WriteSet writes, long id) {
    writes.delete(Table.META, key(MEMBER, id));
    writes.put(Table.META, key(REMOVED, id), NOTHING);
  }

  private static byte[] key(byte kind, long id) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(id).array();
  }

  static void raise(WriteSet writes, AlarmMember alarm) {
    writes.put(Table.META, key(alarm), alarm.toByteArray());
  }

  static void clear(WriteSet writes, AlarmMember alarm) {
    writes.delete(Table.META, key(alarm));
  }

  private static byte[] key(AlarmMember alarm) {
    return ByteBuffer.allocate(2 + Long.BYTES)
        .put(ALARM)
        .put((byte) alarm.getAlarmValue())
        .putLong(alarm.getMemberID())
        .array();
  }

  private static <T extends MessageLite> List<T> all(EngineView view, byte kind, Parser<T> parser) {
    List<T> found = new ArrayList<>();
    byte[] from = {kind};
    byte[] to = Arrays.copyOf(from, 1);
    to[0]++;
    try (Cursor cursor = view.cursor(Table.META, from, to)) {
      for (; cursor.valid(); cursor.next()) {
        found.add(parser.parseFrom(cursor.value()));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException("the store's member table is damaged", e);
    }
    return found;
  }
}
