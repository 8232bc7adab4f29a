package kontiki.kvstore.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.AlarmMember;
import kontiki.kvstore.api.pb.AlarmType;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.DeleteRangeResponse;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import org.junit.jupiter.api.Test;

class MvccStoreTest {
  private final MemoryEngine engine = new MemoryEngine();
  private final MvccStore store = new MvccStore(engine, new HeaderIds(1, 2));
  private long index;

  @Test
  void aFreshStoreIsAtRevisionOneAndTheFirstPutMakesTwo() {
    assertThat(store.state().revision()).isEqualTo(1);
    assertThat(put("a", "1").getHeader().getRevision()).isEqualTo(2);
  }

  @Test
  void versionsCountFromTheCreationAndStartAgainAfterADeletion() {
    put("a", "1");
    put("a", "2");
    KeyValue kv = get("a");
    assertThat(List.of(kv.getCreateRevision(), kv.getModRevision(), kv.getVersion()))
        .containsExactly(2L, 3L, 2L);
    delete("a");
    put("a", "3");
    kv = get("a");
    assertThat(List.of(kv.getCreateRevision(), kv.getModRevision(), kv.getVersion()))
        .containsExactly(5L, 5L, 1L);
  }

  @Test
  void deletingNothingLeavesTheRevision() {
    assertThat(delete("nothing").getHeader().getRevision()).isEqualTo(1);
  }

  @Test
  void aRangeAtAnOldRevisionShowsWhatWasThenUnderTheHeaderOfNow() {
    put("a", "1");
    put("b", "1");
    put("a", "2");
    delete("b");
    try (StoreView view = store.view()) {
      RangeResponse then = view.range(all().setRevision(3).build());
      assertThat(then.getKvsList())
          .extracting(kv -> kv.getValue().toStringUtf8())
          .containsExactly("1", "1");
      assertThat(then.getHeader().getRevision()).isEqualTo(5);
    }
  }

  @Test
  void compactedAndFutureRevisionsAreRefusedAndTheCompactRevisionItselfWorks() {
    put("a", "1");
    put("a", "2");
    put("a", "3");
    assertThat(run(new Command.Compact(3))).isInstanceOf(Outcome.Done.class);
    assertThat(run(new Command.Compact(3))).isEqualTo(new Outcome.Refused(EtcdError.COMPACTED));
    assertThat(run(new Command.Compact(9))).isEqualTo(new Outcome.Refused(EtcdError.FUTURE_REV));
    try (StoreView view = store.view()) {
      assertThat(view.range(all().setRevision(3).build()).getKvs(0).getModRevision()).isEqualTo(3);
      assertThatThrownBy(() -> view.range(all().setRevision(2).build()))
          .hasMessage(EtcdError.COMPACTED.message());
      assertThatThrownBy(() -> view.range(all().setRevision(5).build()))
          .hasMessage(EtcdError.FUTURE_REV.message());
    }
    while (!new Compactor(engine).step(1)) {
      assertThat(engine.size(Table.HISTORY)).isPositive();
    }
    assertThat(engine.size(Table.HISTORY)).isEqualTo(2);
    assertThat(engine.size(Table.SUPERSEDED)).isEqualTo(1);
  }

  @Test
  void limitCutsAndCountDoesNot() {
    put("a", "1");
    put("b", "2");
    put("c", "3");
    try (StoreView view = store.view()) {
      RangeResponse two = view.range(all().setLimit(2).build());
      assertThat(two.getKvsCount()).isEqualTo(2);
      assertThat(two.getMore()).isTrue();
      assertThat(two.getCount()).isEqualTo(3);
      // A sort target without an order sorts after the limit, as in etcd.
      RangeResponse sorted =
          view.range(
              all()
                  .setLimit(1)
                  .setSortOrder(RangeRequest.SortOrder.DESCEND)
                  .setSortTarget(RangeRequest.SortTarget.VALUE)
                  .build());
      assertThat(sorted.getKvs(0).getKey().toStringUtf8()).isEqualTo("c");
    }
  }

  @Test
  void aTransactionIsOneRevisionAndReadsItsOwnWrites() {
    TxnRequest request =
        TxnRequest.newBuilder()
            .addSuccess(op(putRequest("a", "1")))
            .addSuccess(op(putRequest("b", "1")))
            .addSuccess(RequestOp.newBuilder().setRequestRange(all()))
            .build();
    TxnResponse response = (TxnResponse) done(new Command.Txn(request));
    assertThat(response.getHeader().getRevision()).isEqualTo(2);
    assertThat(response.getResponses(2).getResponseRange().getCount()).isEqualTo(2);
    assertThat(get("b").getModRevision()).isEqualTo(2);
  }

  @Test
  void nestedComparisonsAreDecidedOnTheStateBefore() {
    TxnRequest nested =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder()
                    .setKey(ByteString.copyFromUtf8("a"))
                    .setTarget(Compare.CompareTarget.VERSION)
                    .setVersion(0))
            .addSuccess(op(putRequest("seen", "absent")))
            .addFailure(op(putRequest("seen", "present")))
            .build();
    TxnRequest request =
        TxnRequest.newBuilder()
            .addSuccess(op(putRequest("a", "1")))
            .addSuccess(RequestOp.newBuilder().setRequestTxn(nested))
            .build();
    done(new Command.Txn(request));
    assertThat(get("seen").getValue().toStringUtf8()).isEqualTo("absent");
  }

  @Test
  void anErrorInATransactionAppliesNothing() {
    TxnRequest request =
        TxnRequest.newBuilder()
            .addSuccess(op(putRequest("a", "1")))
            .addSuccess(op(putRequest("b", "1").toBuilder().setLease(99).build()))
            .build();
    assertThat(run(new Command.Txn(request)))
        .isEqualTo(new Outcome.Refused(EtcdError.LEASE_NOT_FOUND));
    assertThat(store.state().revision()).isEqualTo(1);
  }

  @Test
  void aKeyMayBePutOnceInATransaction() {
    TxnRequest twice =
        TxnRequest.newBuilder()
            .addSuccess(op(putRequest("a", "1")))
            .addSuccess(op(putRequest("a", "2")))
            .build();
    assertThatThrownBy(() -> RequestChecks.check(twice, 128))
        .hasMessage(EtcdError.DUPLICATE_KEY.message());
    TxnRequest branches =
        TxnRequest.newBuilder()
            .addSuccess(op(putRequest("a", "1")))
            .addFailure(op(putRequest("a", "2")))
            .build();
    RequestChecks.check(
        TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(branches)).build(),
        128);
    assertThatThrownBy(() -> RequestChecks.check(twice, 1))
        .hasMessage(EtcdError.TOO_MANY_OPS.message());
  }

  @Test
  void revokingALeaseDeletesItsKeysInOneRevisionAndAnotherLeaseTakesAKeyAway() {
    done(new Command.LeaseGrant(5, 60));
    done(new Command.LeaseGrant(6, 60));
    for (String key : List.of("b", "a", "c")) {
      done(new Command.Put(putRequest(key, "v").toBuilder().setLease(5).build()));
    }
    done(new Command.Put(putRequest("c", "v").toBuilder().setLease(6).build()));
    Applied applied =
        store.apply(
            ++index,
            1,
            new Entry(new Entry.Origin(3, 4, 1), 0, List.of(new Command.LeaseRevoke(5))),
            true);
    assertThat(applied.changes())
        .extracting(change -> change.key().toStringUtf8() + change.revision().main())
        .containsExactly("a6", "b6");
    assertThat(get("c").getLease()).isEqualTo(6);
    assertThat(run(new Command.LeaseRevoke(5)))
        .isEqualTo(new Outcome.Refused(EtcdError.LEASE_NOT_FOUND));
  }

  @Test
  void withoutSpaceOnlyWhatFreesSpaceGoesOn() {
    put("a", "1");
    AlarmMember alarm = AlarmMember.newBuilder().setAlarm(AlarmType.NOSPACE).setMemberID(2).build();
    done(new Command.SetAlarm(alarm, true));
    assertThat(run(new Command.Put(putRequest("a", "2"))))
        .isEqualTo(new Outcome.Refused(EtcdError.NO_SPACE));
    assertThat(run(new Command.LeaseGrant(1, 5)))
        .isEqualTo(new Outcome.Refused(EtcdError.NO_SPACE));
    assertThat(delete("a").getDeleted()).isEqualTo(1);
    done(new Command.SetAlarm(alarm, false));
    put("a", "2");
  }

  @Test
  void aCorruptClusterChangesNothingButItsAlarmsWhichOutliveARestart() {
    put("a", "1");
    AlarmMember corrupt =
        AlarmMember.newBuilder().setAlarm(AlarmType.CORRUPT).setMemberID(2).build();
    done(new Command.SetAlarm(AlarmMember.newBuilder().setMemberID(2).build(), true));
    done(new Command.SetAlarm(corrupt, true));
    MvccStore again = new MvccStore(engine, new HeaderIds(1, 2));
    try (StoreView view = again.view()) {
      assertThat(view.alarms()).containsExactly(corrupt);
    }
    for (Command command :
        List.of(
            new Command.Put(putRequest("a", "2")),
            new Command.DeleteRange(
                DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).build()),
            new Command.Txn(TxnRequest.getDefaultInstance()),
            new Command.Compact(2),
            new Command.LeaseGrant(1, 5),
            new Command.LeaseRevoke(1))) {
      assertThat(run(command)).isEqualTo(new Outcome.Refused(EtcdError.CORRUPT));
    }
    done(new Command.SetAlarm(corrupt, false));
    put("a", "2");
  }

  @Test
  void anEntryThatWasProposedForAnEarlierTermDoesNothing() {
    Entry late =
        new Entry(new Entry.Origin(3, 4, 1), 0, List.of(new Command.Put(putRequest("late", "v"))));
    Applied applied = store.apply(++index, 2, late, true);
    assertThat(applied.outcomes()).isEmpty();
    assertThat(applied.state().appliedIndex()).isEqualTo(index);
    assertThat(applied.state().revision()).isEqualTo(1);
  }

  private Outcome run(Command command) {
    return store
        .apply(++index, 1, new Entry(new Entry.Origin(3, 4, 1), 0, List.of(command)), true)
        .outcomes()
        .getFirst();
  }

  private Object done(Command command) {
    return ((Outcome.Done) run(command)).response();
  }

  private PutResponse put(String key, String value) {
    return (PutResponse) done(new Command.Put(putRequest(key, value)));
  }

  private DeleteRangeResponse delete(String key) {
    return (DeleteRangeResponse)
        done(new Command.DeleteRange(DeleteRangeRequest.newBuilder().setKey(key(key)).build()));
  }

  private KeyValue get(String key) {
    try (StoreView view = store.view()) {
      return view.range(RangeRequest.newBuilder().setKey(key(key)).build()).getKvs(0);
    }
  }

  private static RangeRequest.Builder all() {
    KeyRange all = KeyRange.all();
    return RangeRequest.newBuilder().setKey(all.key()).setRangeEnd(all.end());
  }

  private static RequestOp.Builder op(PutRequest put) {
    return RequestOp.newBuilder().setRequestPut(put);
  }

  private static PutRequest putRequest(String key, String value) {
    return PutRequest.newBuilder()
        .setKey(key(key))
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static ByteString key(String key) {
    return ByteString.copyFromUtf8(key);
  }
}
