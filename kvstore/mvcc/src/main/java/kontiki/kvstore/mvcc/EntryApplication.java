package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmResponse;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.api.pb.CompactionResponse;
import kontiki.kvstore.api.pb.LeaseGrantResponse;
import kontiki.kvstore.api.pb.LeaseRevokeResponse;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;

/**
 * Runs the commands of one entry, one after the other, into one {@link WriteSet}. Each command
 * happens whole or not at all. Used once, by one thread.
 */
final class EntryApplication {
  private final WriteSet writes = new WriteSet();
  private final Overlay view;
  private final HeaderIds ids;
  private final long term;
  private final boolean answer;
  private final List<Change> changes = new ArrayList<>();
  private final List<Applied.LeaseChange> leases = new ArrayList<>();
  private final AuthApplication auth;
  private final long index;
  private StoreState state;
  private List<AlarmMember> alarms;

  /**
   * @param answer false: nobody waits here, responses need not be made
   */
  EntryApplication(StoreView before, HeaderIds ids, long index, long term, boolean answer) {
    this.view = new Overlay(before.engine(), writes);
    this.state = before.state();
    this.auth = new AuthApplication(before.auth(), writes, index);
    this.alarms = before.alarms();
    this.index = index;
    this.ids = ids;
    this.term = term;
    this.answer = answer;
  }

  WriteSet writes() {
    return writes;
  }

  /** What is raised after the entry. */
  List<AlarmMember> alarms() {
    return alarms;
  }

  AuthState auth() {
    return auth.state();
  }

  Applied run(Entry entry) {
    List<Outcome> outcomes = new ArrayList<>(entry.commands().size());
    for (Command command : entry.commands()) {
      outcomes.add(run(command, Identity.NOBODY));
    }
    state = state.applied(index, term, entry.timeMillis());
    writes.put(Table.META, StoreState.KEY, state.encode());
    return new Applied(state, outcomes, changes, leases, auth.tokens());
  }

  private Outcome run(Command command, Identity who) {
    try {
      return switch (command) {
        case Command.Put put -> put(put, who);
        case Command.DeleteRange delete -> {
          refuseWhenCorrupt();
          access(who).check(delete.request());
          Transaction transaction = begin();
          var response = transaction.delete(delete.request());
          commit(transaction);
          yield done(() -> response.setHeader(header()).build());
        }
        case Command.Txn txn -> txn(txn.request(), who);
        case Command.Compact compact -> compact(compact.revision());
        case Command.LeaseGrant grant -> grant(grant);
        case Command.LeaseRevoke revoke -> {
          access(who).leaseWrites(revoke.id());
          yield revoke(revoke.id());
        }
        case Command.LeaseExpire expire -> revoke(expire.id());
        case Command.SetAlarm alarm -> setAlarm(alarm);
        case Command.PublishMember publish -> {
          new MembershipApplication(view, writes).publish(publish.member());
          yield members();
        }
        case Command.ChangeMembers change -> {
          new MembershipApplication(view, writes).run(change);
          yield members();
        }
        case Command.Auth change -> {
          auth.run(who, change.command());
          yield done(() -> auth.response(change.command(), header()));
        }
        case Command.As as -> run(as.command(), as.identity());
      };
    } catch (RefusedException e) {
      return new Outcome.Refused(e.error());
    }
  }

  private Outcome members() {
    return done(() ->
        MemberListResponse.newBuilder()
            .setHeader(ids.header(0, term))
            .addAllMembers(ClusterTable.members(view))
            .build());
  }

  private Outcome put(Command.Put put, Identity who) {
    access(who).check(put.request());
    refuseWhenFull();
    Transaction transaction = begin();
    transaction.check(put.request());
    var response = transaction.put(put.request());
    commit(transaction);
    return done(() -> response.setHeader(header()).build());
  }

  private Outcome txn(TxnRequest request, Identity who) {
    refuseWhenCorrupt();
    access(who).check(request);
    if (puts(request)) {
      refuseWhenFull();
    }
    Transaction transaction = begin();
    var response = new TxnExecution(transaction).run(request);
    commit(transaction);
    return done(() -> response.setHeader(header()).build());
  }

  private Outcome compact(long revision) {
    refuseWhenCorrupt();
    if (revision > state.revision()) {
      throw new RefusedException(EtcdError.FUTURE_REV);
    }
    if (revision <= state.compactRevision()) {
      throw new RefusedException(EtcdError.COMPACTED);
    }
    state = state.withCompactRevision(revision);
    return done(() -> CompactionResponse.newBuilder().setHeader(header()).build());
  }

  private Outcome grant(Command.LeaseGrant grant) {
    refuseWhenFull();
    if (LeaseTable.find(view, grant.id()) != null) {
      throw new RefusedException(EtcdError.LEASE_EXIST);
    }
    LeaseTable.grant(writes, new LeaseTable.Lease(grant.id(), grant.ttlSeconds()));
    leases.add(new Applied.LeaseChange.Granted(grant.id(), grant.ttlSeconds()));
    return done(() ->
        LeaseGrantResponse.newBuilder()
            .setHeader(header())
            .setID(grant.id())
            .setTTL(grant.ttlSeconds())
            .build());
  }

  private Outcome revoke(long id) {
    refuseWhenCorrupt();
    if (LeaseTable.find(view, id) == null) {
      throw new RefusedException(EtcdError.LEASE_NOT_FOUND);
    }
    Transaction transaction = begin();
    for (ByteString key : LeaseTable.keys(view, id)) {
      transaction.delete(key);
    }
    commit(transaction);
    LeaseTable.revoke(writes, id);
    leases.add(new Applied.LeaseChange.Revoked(id));
    return done(() -> LeaseRevokeResponse.newBuilder().setHeader(header()).build());
  }

  private Outcome setAlarm(Command.SetAlarm command) {
    AlarmResponse.Builder response = AlarmResponse.newBuilder();
    AlarmMember alarm = command.alarm();
    boolean named = alarm.getAlarm() != AlarmType.NONE;
    boolean changes = named && alarms.contains(alarm) != command.active();
    if (changes && command.active()) {
      ClusterTable.raise(writes, alarm);
    } else if (changes) {
      ClusterTable.clear(writes, alarm);
    }
    if (changes) {
      alarms = ClusterTable.alarms(view);
    }
    if (changes || (named && command.active())) {
      response.addAlarms(alarm);
    }
    return done(() -> response.setHeader(header()).build());
  }

  private Access access(Identity who) {
    return new Access(auth.state(), view, who);
  }

  private Transaction begin() {
    return new Transaction(view, writes, state);
  }

  private void commit(Transaction transaction) {
    state = state.withRevision(transaction.revision());
    changes.addAll(transaction.changes());
  }

  private Outcome done(Supplier<MessageLite> response) {
    return answer ? new Outcome.Done(response.get()) : Outcome.Unanswered.UNANSWERED;
  }

  private ResponseHeader header() {
    return ids.header(state.revision(), term);
  }

  private void refuseWhenFull() {
    refuseWhenCorrupt();
    if (isRaised(AlarmType.NOSPACE)) {
      throw new RefusedException(EtcdError.NO_SPACE);
    }
  }

  private void refuseWhenCorrupt() {
    if (isRaised(AlarmType.CORRUPT)) {
      throw new RefusedException(EtcdError.CORRUPT);
    }
  }

  private boolean isRaised(AlarmType type) {
    return alarms.stream().anyMatch(alarm -> alarm.getAlarm() == type);
  }

  private static boolean puts(TxnRequest request) {
    return request.getSuccessList().stream().anyMatch(EntryApplication::puts)
        || request.getFailureList().stream().anyMatch(EntryApplication::puts);
  }

  private static boolean puts(RequestOp op) {
    return op.hasRequestPut() || (op.hasRequestTxn() && puts(op.getRequestTxn()));
  }
}
