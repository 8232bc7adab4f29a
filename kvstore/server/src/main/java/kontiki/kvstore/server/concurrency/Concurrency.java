package kontiki.kvstore.server.concurrency;

import kontiki.kvstore.api.pb.KVGrpc.KVImplBase;
import kontiki.kvstore.api.pb.LeaseGrpc.LeaseImplBase;
import kontiki.kvstore.server.watch.WatchHub;

/**
 * The services that keep locks and elections. They share one bound of waiting calls.
 *
 * @param lock of v3lockpb
 * @param election of v3electionpb
 */
public record Concurrency(LockService lock, ElectionService election) {
  /**
   * @param kv asked in the caller's gRPC context, so that the caller needs what it would need there
   * @param leases grants where a caller gives no lease
   */
  public static Concurrency of(KVImplBase kv, LeaseImplBase leases, WatchHub hub) {
    LocalStore store = new LocalStore(kv, leases);
    WaitingLine line = new WaitingLine(store, hub);
    WaitingCalls calls = new WaitingCalls(WaitingCalls.LIMIT);
    return new Concurrency(
        new LockService(store, line, calls), new ElectionService(store, line, calls, hub));
  }
}
