package kontiki.kvstore.mvcc;

import java.util.List;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.TxnRequest;

/**
 * What a log entry asks of the state machine. Requests were checked by {@link RequestChecks} before
 * they were proposed.
 */
public sealed interface Command {
  record Put(PutRequest request) implements Command {}

  record DeleteRange(DeleteRangeRequest request) implements Command {}

  record Txn(TxnRequest request) implements Command {}

  record Compact(long revision) implements Command {}

  /**
   * @param id chosen by the proposer, not 0
   * @param ttlSeconds as granted, raised to the minimum by the proposer
   */
  record LeaseGrant(long id, long ttlSeconds) implements Command {}

  /** A client's wish. */
  record LeaseRevoke(long id) implements Command {}

  /** The leader found that a lease has run out: done whoever may write its keys. */
  record LeaseExpire(long id) implements Command {}

  /** Raises or clears an alarm. */
  record SetAlarm(AlarmMember alarm, boolean active) implements Command {}

  /** A member says its name and where its clients find it. */
  record PublishMember(Member member) implements Command {}

  /**
   * Changes who the members are.
   *
   * @param members of a removal or a promotion only the ids count
   */
  record ChangeMembers(Kind kind, List<Member> members) implements Command {
    public enum Kind {
      /** These are the first members; without effect where there are some. */
      FOUND,
      ADD,
      REMOVE,
      /** A learner becomes a member that votes. */
      PROMOTE
    }
  }

  /** Changes users and roles. */
  record Auth(AuthCommand command) implements Command {}

  /**
   * A request and who made it: proposed so while users and roles count. Without, a request is
   * nobody's.
   *
   * @param command not another of these
   */
  record As(Identity identity, Command command) implements Command {}
}
