package kontiki.kvstore.server.snapshot;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.kvstore.api.bolt.BoltWriter;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.User;
import kontiki.kvstore.mvcc.AuthState;
import kontiki.kvstore.mvcc.HistoryRecord;
import kontiki.kvstore.mvcc.LeaseTable;
import kontiki.kvstore.mvcc.StoreState;
import kontiki.kvstore.mvcc.StoreView;

/**
 * Writes a view of the store as etcd's database, which etcd 3.4 and later restore and open. The
 * storage version is left out, so that each reads it as what it can migrate from. Buckets and forms
 * of keys are those of etcd's server/storage/schema.
 */
final class EtcdDatabase {
  private static final byte[] NOTHING = new byte[0];

  private final BoltWriter out;

  private EtcdDatabase(FileChannel file) throws IOException {
    this.out = new BoltWriter(file);
  }

  /**
   * @param file empty
   */
  static void write(StoreView view, List<Member> members, FileChannel file) throws IOException {
    EtcdDatabase database = new EtcdDatabase(file);
    database.alarms(view.alarms());
    database.auth(view.auth());
    database.out.bucket("cluster");
    database.history(view);
    database.leases(view.leases());
    database.members(members);
    database.out.bucket("members_removed");
    database.meta(view.state());
    database.out.finish();
  }

  private void alarms(List<AlarmMember> alarms) throws IOException {
    out.bucket("alarm");
    List<byte[]> keys =
        alarms.stream().map(AlarmMember::toByteArray).sorted(Arrays::compareUnsigned).toList();
    for (byte[] key : keys) {
      out.add(key, NOTHING);
    }
  }

  private void auth(AuthState auth) throws IOException {
    out.bucket("auth");
    out.add(ascii("authEnabled"), new byte[] {(byte) (auth.enabled() ? 1 : 0)});
    out.add(ascii("authRevision"), number(auth.revision()));
    out.bucket("authRoles");
    for (Role role : auth.roles()) {
      out.add(role.getName().toByteArray(), role.toByteArray());
    }
    out.bucket("authUsers");
    for (User user : auth.users()) {
      out.add(user.getName().toByteArray(), user.toByteArray());
    }
  }

  private void history(StoreView view) throws IOException {
    out.bucket("key");
    try {
      view.history(this::version);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void version(HistoryRecord version) {
    try {
      out.add(version.name(), version.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void leases(List<LeaseTable.Lease> leases) throws IOException {
    out.bucket("lease");
    List<LeaseTable.Lease> sorted =
        leases.stream()
            .sorted(Comparator.comparing(LeaseTable.Lease::id, Long::compareUnsigned))
            .toList();
    for (LeaseTable.Lease lease : sorted) {
      out.add(number(lease.id()), lease(lease));
    }
  }

  /** A leasepb.Lease: ID is field 1, TTL field 2. */
  private static byte[] lease(LeaseTable.Lease lease) throws IOException {
    byte[] bytes =
        new byte
            [CodedOutputStream.computeInt64Size(1, lease.id())
                + CodedOutputStream.computeInt64Size(2, lease.ttlSeconds())];
    CodedOutputStream fields = CodedOutputStream.newInstance(bytes);
    fields.writeInt64(1, lease.id());
    fields.writeInt64(2, lease.ttlSeconds());
    return bytes;
  }

  private void members(List<Member> members) throws IOException {
    out.bucket("members");
    List<Member> sorted =
        members.stream().sorted(Comparator.comparing(EtcdDatabase::memberName)).toList();
    for (Member member : sorted) {
      out.add(ascii(memberName(member)), memberJson(member).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String memberName(Member member) {
    return Long.toHexString(member.getID());
  }

  private static String memberJson(Member member) {
    return "{\"id\":"
        + Long.toUnsignedString(member.getID())
        + ",\"peerURLs\":"
        + strings(member.getPeerURLsList())
        + ",\"name\":"
        + quoted(member.getName())
        + ",\"clientURLs\":"
        + strings(member.getClientURLsList())
        + "}";
  }

  private static String strings(List<String> strings) {
    return strings.stream().map(EtcdDatabase::quoted).collect(Collectors.joining(",", "[", "]"));
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private void meta(StoreState state) throws IOException {
    out.bucket("meta");
    out.add(ascii("consistent_index"), number(Math.max(1, state.appliedIndex())));
    if (state.compactRevision() > 0) {
      byte[] compacted =
          ByteBuffer.allocate(17)
              .putLong(state.compactRevision())
              .put((byte) '_')
              .putLong(0)
              .array();
      out.add(ascii("finishedCompactRev"), compacted);
      out.add(ascii("scheduledCompactRev"), compacted);
    }
    out.add(ascii("term"), number(Math.max(1, state.appliedTerm())));
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
