package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.mvcc.Command.ChangeMembers;

/**
 * One raft log entry: the commands of many clients, in order, and the proposer's time. No command
 * at all is a barrier: it only shows that the log moves.
 *
 * <p>Encoded: format (1 byte), origin (member, sequence, term: 8 each), time (8), then for each
 * command its kind (1) and either its numbers (8 each) or the length (varint) and bytes of its
 * protobuf request. A command with its caller: kind, name (varint and UTF-8), revision (8), then
 * the command.
 *
 * @param timeMillis of the proposer's clock, since 1970
 */
public record Entry(Origin origin, long timeMillis, List<Command> commands) {
  /**
   * Who proposed an entry. It counts only in a log position of the very term it was proposed for:
   * so a proposer that sees a later term applied knows that its entry never will be, and may
   * propose the same commands again without the risk of doing them twice.
   *
   * @param member id of the member whose clients asked
   * @param sequence unique among the entries of that member
   * @param term of the leader that it was given to
   */
  public record Origin(long member, long sequence, long term) {}

  private static final int FORMAT = 1;
  private static final int PUT = 1;
  private static final int DELETE_RANGE = 2;
  private static final int TXN = 3;
  private static final int COMPACT = 4;
  private static final int LEASE_GRANT = 5;
  private static final int LEASE_REVOKE = 6;
  private static final int ALARM_ON = 7;
  private static final int ALARM_OFF = 8;
  private static final int PUBLISH_MEMBER = 9;
  private static final int FOUND_CLUSTER = 10;
  private static final int ADD_MEMBER = 11;
  private static final int REMOVE_MEMBER = 12;
  private static final int PROMOTE_MEMBER = 13;
  private static final int LEASE_EXPIRE = 30;
  private static final int AUTH = 31;
  private static final int AS = 32;

  /** Bytes of an entry without commands. */
  public static final int EMPTY_SIZE = 1 + 4 * Long.BYTES;

  /** Bytes that the command adds to an entry. */
  public static int sizeOf(Command command) {
    return 1
        + switch (command) {
          case Command.Put put -> message(put.request());
          case Command.DeleteRange delete -> message(delete.request());
          case Command.Txn txn -> message(txn.request());
          case Command.Compact ignored -> Long.BYTES;
          case Command.LeaseGrant ignored -> 2 * Long.BYTES;
          case Command.LeaseRevoke ignored -> Long.BYTES;
          case Command.LeaseExpire ignored -> Long.BYTES;
          case Command.SetAlarm alarm -> message(alarm.alarm());
          case Command.PublishMember publish -> message(publish.member());
          case Command.ChangeMembers change -> message(members(change));
          case Command.Auth auth -> AuthCommandBytes.size(auth.command());
          case Command.As as ->
              CodedOutputStream.computeStringSizeNoTag(as.identity().user())
                  + Long.BYTES
                  + sizeOf(as.command());
        };
  }

  /** Each request is copied once, into the array that is returned. */
  public byte[] encode() {
    int size = EMPTY_SIZE;
    for (Command command : commands) {
      size += sizeOf(command);
    }
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.write((byte) FORMAT);
      out.writeFixed64NoTag(origin.member());
      out.writeFixed64NoTag(origin.sequence());
      out.writeFixed64NoTag(origin.term());
      out.writeFixed64NoTag(timeMillis);
      for (Command command : commands) {
        write(out, command);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  private static void write(CodedOutputStream out, Command command) throws IOException {
    switch (command) {
      case Command.Put put -> message(out, PUT, put.request());
      case Command.DeleteRange delete -> message(out, DELETE_RANGE, delete.request());
      case Command.Txn txn -> message(out, TXN, txn.request());
      case Command.Compact compact -> numbers(out, COMPACT, compact.revision());
      case Command.LeaseGrant grant -> numbers(out, LEASE_GRANT, grant.id(), grant.ttlSeconds());
      case Command.LeaseRevoke revoke -> numbers(out, LEASE_REVOKE, revoke.id());
      case Command.LeaseExpire expire -> numbers(out, LEASE_EXPIRE, expire.id());
      case Command.SetAlarm alarm ->
          message(out, alarm.active() ? ALARM_ON : ALARM_OFF, alarm.alarm());
      case Command.PublishMember publish -> message(out, PUBLISH_MEMBER, publish.member());
      case Command.ChangeMembers change -> message(out, kind(change.kind()), members(change));
      case Command.Auth auth -> {
        out.write((byte) AUTH);
        AuthCommandBytes.write(out, auth.command());
      }
      case Command.As as -> {
        out.write((byte) AS);
        out.writeStringNoTag(as.identity().user());
        out.writeFixed64NoTag(as.identity().revision());
        write(out, as.command());
      }
    }
  }

  /** The requests share {@code bytes}. Throws IllegalStateException for a format of the future. */
  public static Entry decode(ByteString bytes) {
    CodedInputStream in = bytes.newCodedInput();
    in.enableAliasing(true);
    try {
      Origin origin = readOrigin(in);
      long time = in.readFixed64();
      List<Command> commands = new ArrayList<>();
      while (!in.isAtEnd()) {
        commands.add(read(in));
      }
      return new Entry(origin, time, commands);
    } catch (IOException e) {
      throw new UncheckedIOException("a log entry is damaged", e);
    }
  }

  /** Only the origin, without reading the commands. */
  public static Origin originOf(ByteString bytes) {
    try {
      return readOrigin(bytes.newCodedInput());
    } catch (IOException e) {
      throw new UncheckedIOException("a log entry is damaged", e);
    }
  }

  private static Origin readOrigin(CodedInputStream in) throws IOException {
    int format = in.readRawByte();
    if (format != FORMAT) {
      throw new IllegalStateException("log entry of format " + format + ", not " + FORMAT);
    }
    return new Origin(in.readFixed64(), in.readFixed64(), in.readFixed64());
  }

  private static Command read(CodedInputStream in) throws IOException {
    int kind = in.readRawByte();
    return switch (kind) {
      case PUT -> new Command.Put(PutRequest.parseFrom(bytes(in)));
      case DELETE_RANGE -> new Command.DeleteRange(DeleteRangeRequest.parseFrom(bytes(in)));
      case TXN -> new Command.Txn(TxnRequest.parseFrom(bytes(in)));
      case COMPACT -> new Command.Compact(in.readFixed64());
      case LEASE_GRANT -> new Command.LeaseGrant(in.readFixed64(), in.readFixed64());
      case LEASE_REVOKE -> new Command.LeaseRevoke(in.readFixed64());
      case ALARM_ON -> new Command.SetAlarm(AlarmMember.parseFrom(bytes(in)), true);
      case ALARM_OFF -> new Command.SetAlarm(AlarmMember.parseFrom(bytes(in)), false);
      case FOUND_CLUSTER -> members(ChangeMembers.Kind.FOUND, in);
      case ADD_MEMBER -> members(ChangeMembers.Kind.ADD, in);
      case REMOVE_MEMBER -> members(ChangeMembers.Kind.REMOVE, in);
      case PROMOTE_MEMBER -> members(ChangeMembers.Kind.PROMOTE, in);
      case PUBLISH_MEMBER -> new Command.PublishMember(Member.parseFrom(bytes(in)));
      case LEASE_EXPIRE -> new Command.LeaseExpire(in.readFixed64());
      case AUTH -> new Command.Auth(AuthCommandBytes.read(in));
      case AS -> new Command.As(new Identity(in.readString(), in.readFixed64()), read(in));
      default -> throw new IllegalStateException("log entry with a command of kind " + kind);
    };
  }

  private static int kind(ChangeMembers.Kind kind) {
    return switch (kind) {
      case FOUND -> FOUND_CLUSTER;
      case ADD -> ADD_MEMBER;
      case REMOVE -> REMOVE_MEMBER;
      case PROMOTE -> PROMOTE_MEMBER;
    };
  }

  private static MemberListResponse members(ChangeMembers change) {
    return MemberListResponse.newBuilder().addAllMembers(change.members()).build();
  }

  private static ChangeMembers members(ChangeMembers.Kind kind, CodedInputStream in)
      throws IOException {
    return new ChangeMembers(kind, MemberListResponse.parseFrom(bytes(in)).getMembersList());
  }

  private static CodedInputStream bytes(CodedInputStream in) throws IOException {
    CodedInputStream message = in.readBytes().newCodedInput();
    message.enableAliasing(true);
    return message;
  }

  private static int message(MessageLite message) {
    int size = message.getSerializedSize();
    return CodedOutputStream.computeUInt32SizeNoTag(size) + size;
  }

  private static void message(CodedOutputStream out, int kind, MessageLite message)
      throws IOException {
    out.write((byte) kind);
    out.writeUInt32NoTag(message.getSerializedSize());
    message.writeTo(out);
  }

  private static void numbers(CodedOutputStream out, int kind, long... numbers) throws IOException {
    out.write((byte) kind);
    for (long number : numbers) {
      out.writeFixed64NoTag(number);
    }
  }
}
