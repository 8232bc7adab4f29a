package kontiki.kvstore.server.concurrency;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.CampaignRequest;
import kontiki.kvstore.api.pb.CampaignResponse;
import kontiki.kvstore.api.pb.ElectionGrpc;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.LeaderKey;
import kontiki.kvstore.api.pb.LeaderRequest;
import kontiki.kvstore.api.pb.LeaderResponse;
import kontiki.kvstore.api.pb.ProclaimRequest;
import kontiki.kvstore.api.pb.ProclaimResponse;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResignRequest;
import kontiki.kvstore.api.pb.ResignResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.server.concurrency.WaitingLine.Place;
import kontiki.kvstore.server.watch.WatchHub;

/**
 * Elections: the leader is who has the oldest key of the line, and the key's value is what it
 * proclaims. Safe for many threads.
 */
public final class ElectionService extends ElectionGrpc.ElectionImplBase {
  private static final String NOT_LEADER = "election: not leader";

  private final LocalStore store;
  private final WaitingLine line;
  private final WaitingCalls calls;
  private final WatchHub hub;

  ElectionService(LocalStore store, WaitingLine line, WaitingCalls calls, WatchHub hub) {
    this.store = store;
    this.line = line;
    this.calls = calls;
    this.hub = hub;
  }

  @Override
  public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> client) {
    calls.start(
        client,
        call -> {
          ByteString prefix = WaitingLine.prefix(request.getName());
          long lease = store.leaseOr(request.getLease());
          ByteString key = WaitingLine.key(prefix, lease);
          TxnResponse entered =
              store.txn(
                  TxnRequest.newBuilder()
                      .addCompare(LocalStore.created(key, 0))
                      .addSuccess(LocalStore.put(key, request.getValue(), lease))
                      .addFailure(LocalStore.get(WaitingLine.one(key))));
          ResponseHeader header = entered.getHeader();
          long created = header.getRevision();
          if (!entered.getSucceeded()) {
            KeyValue mine = entered.getResponses(0).getResponseRange().getKvs(0);
            created = mine.getCreateRevision();
            if (!mine.getValue().equals(request.getValue())) {
              var unused = announce(key, created, request.getValue(), lease);
            }
          }
          awaitLeadership(new Place(prefix, key, created), call);
          client.onNext(
              CampaignResponse.newBuilder()
                  .setHeader(header)
                  .setLeader(
                      LeaderKey.newBuilder()
                          .setName(request.getName())
                          .setKey(key)
                          .setRev(created)
                          .setLease(lease))
                  .build());
          client.onCompleted();
        });
  }

  /** A candidate whose client has gone stands no longer. */
  private void awaitLeadership(Place mine, WaitingCall call) {
    try {
      if (line.awaitTurn(mine, call) == null) {
        throw WaitingCalls.refusal(NOT_LEADER);
      }
      call.requireClient();
    } catch (StatusRuntimeException e) {
      if (call.isGone()) {
        line.leave(mine);
      }
      throw e;
    }
  }

  @Override
  public void proclaim(ProclaimRequest request, StreamObserver<ProclaimResponse> client) {
    WaitingCalls.now(
        client,
        () -> {
          requireLeader(request.hasLeader());
          LeaderKey leader = request.getLeader();
          long lease = store.leaseOr(leader.getLease());
          return ProclaimResponse.newBuilder()
              .setHeader(announce(leader.getKey(), leader.getRev(), request.getValue(), lease))
              .build();
        });
  }

  private ResponseHeader announce(ByteString key, long created, ByteString value, long lease) {
    TxnResponse said =
        store.txn(
            TxnRequest.newBuilder()
                .addCompare(LocalStore.created(key, created))
                .addSuccess(LocalStore.put(key, value, lease)));
    if (!said.getSucceeded()) {
      throw WaitingCalls.refusal(NOT_LEADER);
    }
    return said.getHeader();
  }

  @Override
  public void resign(ResignRequest request, StreamObserver<ResignResponse> client) {
    WaitingCalls.now(
        client,
        () -> {
          requireLeader(request.hasLeader());
          LeaderKey leader = request.getLeader();
          return ResignResponse.newBuilder()
              .setHeader(store.deleteCreatedAt(leader.getKey(), leader.getRev()).getHeader())
              .build();
        });
  }

  private static void requireLeader(boolean given) {
    if (!given) {
      throw WaitingCalls.refusal("\"leader\" field must be provided");
    }
  }

  @Override
  public void leader(LeaderRequest request, StreamObserver<LeaderResponse> client) {
    WaitingCalls.now(
        client,
        () -> {
          RangeResponse found =
              store.range(LocalStore.first(WaitingLine.prefix(request.getName())));
          if (found.getKvsCount() == 0) {
            throw WaitingCalls.refusal("election: no leader");
          }
          return response(found.getHeader(), found.getKvs(0));
        });
  }

  @Override
  public void observe(LeaderRequest request, StreamObserver<LeaderResponse> client) {
    calls.start(
        client,
        call -> {
          BiConsumer<ResponseHeader, KeyValue> tell =
              (header, leader) -> {
                call.awaitRoom();
                client.onNext(response(header, leader));
              };
          ByteString prefix = WaitingLine.prefix(request.getName());
          while (true) {
            RangeResponse found = store.range(LocalStore.first(prefix));
            long next = found.getHeader().getRevision() + 1;
            if (found.getKvsCount() == 0) {
              awaitCandidate(prefix, next, call);
            } else {
              tell.accept(found.getHeader(), found.getKvs(0));
              followLeader(found.getKvs(0).getKey(), next, call, tell);
            }
          }
        });
  }

  /** Returns when there may be a leader. */
  private void awaitCandidate(ByteString prefix, long from, WaitingCall call) {
    KeyRange range = KeyRange.prefix(prefix);
    try (WatchFeed feed = new WatchFeed(hub).with(range.key(), range.end(), from)) {
      WatchResponse news = feed.next(call);
      while (!news.getCanceled() && news.getEventsCount() == 0) {
        news = feed.next(call);
      }
    }
  }

  /** Tells what the leader proclaims until its key goes. */
  private void followLeader(
      ByteString key, long from, WaitingCall call, BiConsumer<ResponseHeader, KeyValue> tell) {
    try (WatchFeed feed = new WatchFeed(hub).with(key, ByteString.EMPTY, from)) {
      while (true) {
        WatchResponse news = feed.next(call);
        for (Event event : news.getEventsList()) {
          if (event.getType() == Event.EventType.DELETE) {
            return;
          }
          tell.accept(news.getHeader(), event.getKv());
        }
        if (news.getCanceled()) {
          return;
        }
      }
    }
  }

  private static LeaderResponse response(ResponseHeader header, KeyValue leader) {
    return LeaderResponse.newBuilder().setHeader(header).setKv(leader).build();
  }
}
