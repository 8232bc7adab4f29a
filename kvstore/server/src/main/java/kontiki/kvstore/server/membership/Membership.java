package kontiki.kvstore.server.membership;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.mvcc.Command.ChangeMembers;
import kontiki.kvstore.mvcc.Outcome;
import kontiki.kvstore.mvcc.StoreView;
import kontiki.kvstore.server.StartException;
import kontiki.kvstore.server.raft.PeerMessage;
import kontiki.kvstore.server.raft.RaftGroupView;
import kontiki.kvstore.server.raft.RaftNode;
import kontiki.kvstore.server.raft.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the members of a running cluster. The table in the store says who they should be; the
 * leader brings raft's configuration to it, one member at a time, and takes in a new one only when
 * that runs and has caught up. Until then nobody counts it: see docs/decisions/0006-membership.md.
 * Safe for many threads; {@link #tick} is called regularly by one.
 */
public final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** A member outside of the group that has not been heard of for so long does not run. */
  private static final long PRESENT_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** How long a change waits for raft to follow; it goes on afterwards. */
  private static final Duration FOLLOWED = Duration.ofSeconds(1);

  private static final Duration HAND_OVER = Duration.ofSeconds(1);

  private final RaftNode node;
  private final Identity identity;
  private final ReconfigurationCheck check;
  private final Consumer<Throwable> onRemoved;
  private final AtomicBoolean left = new AtomicBoolean();
  private final Map<Long, Long> heardNanos = new ConcurrentHashMap<>();
  private volatile CompletableFuture<Void> changing = CompletableFuture.completedFuture(null);
  private volatile boolean learner;

  /**
   * @param answer how long the others have to say that they are there
   * @param onRemoved told once that this member belongs to the cluster no more
   */
  public Membership(
      RaftNode node, Identity identity, Duration answer, Consumer<Throwable> onRemoved) {
    this.node = node;
    this.identity = identity;
    this.check = new ReconfigurationCheck(node, identity.self().getID(), answer);
    this.onRemoved = onRemoved;
  }

  /** This member has no vote: it follows, and may be promoted. */
  public boolean isLearner() {
    return learner;
  }

  /** By id. */
  public List<Member> members() {
    try (StoreView view = node.store().view()) {
      return view.isFounded() ? view.members() : identity.members();
    }
  }

  /** Asks the leader, which may be this member, for a change. Completes always. */
  public CompletableFuture<Outcome> change(ChangeMembers change) {
    Role role = node.role();
    if (role.leads()) {
      return CompletableFuture.supplyAsync(() -> lead(change), node.background());
    }
    if (!role.hasLeader() || role.leader() == role.self()) {
      return CompletableFuture.completedFuture(new Outcome.Refused(EtcdError.NO_LEADER));
    }
    return node.ask(role.leader(), new PeerMessage.ChangeMembers(ChangeMessage.encode(change)))
        .handle((answer, failure) ->
            failure == null
                ? ChangeMessage.decodeOutcome(answer)
                : new Outcome.Refused(EtcdError.TIMEOUT));
  }

  /** Another member's wish. Blocks. */
  public byte[] answer(PeerMessage.ChangeMembers message) {
    ChangeMembers change = ChangeMessage.decode(message.change());
    return ChangeMessage.encode(
        node.role().leads() ? lead(change) : new Outcome.Refused(EtcdError.NOT_LEADER));
  }

  /** Tells another member how it stands here, and takes note that it runs. */
  public byte[] answer(PeerMessage.Standing message) {
    long id = message.member();
    heardNanos.put(id, System.nanoTime());
    try (StoreView view = node.store().view()) {
      MemberListResponse.Builder cluster =
          MemberListResponse.newBuilder()
              .setHeader(node.store().ids().header(0, view.state().appliedTerm()));
      if (!view.isFounded()) {
        return new Standing(Standing.State.UNKNOWN, cluster.build()).encode();
      }
      cluster.addAllMembers(view.members());
      return new Standing(state(view, id), cluster.build()).encode();
    }
  }

  private Standing.State state(StoreView view, long id) {
    RaftGroupView group = node.group();
    for (Member member : view.members()) {
      if (member.getID() == id) {
        // One without a name was added, and raft takes it in only when it runs.
        boolean counted = member.getName().isEmpty() && group.all().contains(id);
        return counted || member.getClientURLsCount() > 0
            ? Standing.State.STARTED
            : Standing.State.EXPECTED;
      }
    }
    return view.isRemoved(id) && !group.changing() && !group.all().contains(id)
        ? Standing.State.REMOVED
        : Standing.State.UNKNOWN;
  }

  public void tick() {
    boolean removed;
    boolean founded;
    try (StoreView view = node.store().view()) {
      removed = view.isRemoved(identity.self().getID());
      founded = view.isFounded();
    }
    List<Member> members = members();
    node.know(Identity.raftMembers(members));
    RaftGroupView group = node.group();
    Role role = node.role();
    learner =
        members.stream().anyMatch(m -> m.getID() == identity.self().getID() && m.getIsLearner());
    boolean counted = group.logged() && group.all().contains(role.self());
    if (removed || !role.hasLeader() || !counted) {
      announce(members, role.self());
    }
    Set<Long> present = present();
    if (founded && role.leads() && changing.isDone()) {
      follow(MembershipPlan.next(group, members, present, role.self()), members);
    }
  }

  private void announce(List<Member> members, long self) {
    for (Member member : members) {
      if (member.getID() != self) {
        var unused =
            node.ask(member.getID(), new PeerMessage.Standing(self))
                .thenApply(Standing::decode)
                .thenAccept(standing -> {
                  if (standing.state() == Standing.State.REMOVED) {
                    leave();
                  }
                });
      }
    }
  }

  /** Why raft has stopped, where the others know: blocks for as long as they may take to answer. */
  public Throwable explain(Throwable failure) {
    if (!(failure instanceof IllegalStateException)) {
      // Of the disk: nobody is asked, and nothing waits.
      return failure;
    }
    for (Member member : identity.members()) {
      if (member.getID() == identity.self().getID()) {
        continue;
      }
      try {
        Standing standing =
            node.ask(member.getID(), new PeerMessage.Standing(identity.self().getID()))
                .thenApply(Standing::decode)
                .orTimeout(FOLLOWED.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (standing.state() == Standing.State.REMOVED) {
          return new StartException(Bootstrap.removed(identity.self()));
        }
      } catch (CompletionException e) {
        LOG.debug("no answer member={}", member.getName());
      }
    }
    return failure;
  }

  private void leave() {
    if (left.compareAndSet(false, true)) {
      onRemoved.accept(new StartException(Bootstrap.removed(identity.self())));
    }
  }

  private Set<Long> present() {
    long now = System.nanoTime();
    heardNanos.values().removeIf(heard -> now - heard > PRESENT_NANOS);
    return new HashSet<>(heardNanos.keySet());
  }

  private void follow(MembershipPlan plan, List<Member> members) {
    switch (plan) {
      case MembershipPlan.Nothing _ -> {}
      case MembershipPlan.HandOver handOver -> {
        LOG.info("handing over before leaving to={}", Long.toHexString(handOver.to()));
        changing = logged(node.transferLeadership(handOver.to(), HAND_OVER));
      }
      case MembershipPlan.Configure configure -> {
        LOG.info(
            "configuring voters={} learners={}",
            names(configure.voters()),
            names(configure.learners()));
        changing =
            logged(
                node.configure(
                    configure.voters(), configure.learners(), Identity.raftMembers(members)));
      }
    }
  }

  private static List<String> names(List<Long> ids) {
    return ids.stream().map(Long::toHexString).toList();
  }

  private static CompletableFuture<Void> logged(CompletableFuture<Void> change) {
    return change.handle((_, failure) -> {
      if (failure == null) {
        LOG.info("raft's membership is changed");
      } else {
        LOG.warn(
            "raft's membership is not changed, will be repeated reason={}", failure.toString());
      }
      return null;
    });
  }

  private Outcome lead(ChangeMembers change) {
    node.know(Identity.raftMembers(members()));
    EtcdError refusal = check.refusal(change, members());
    if (refusal != null) {
      LOG.warn("change of members refused change={} reason={}", change, refusal.message());
      return new Outcome.Refused(refusal);
    }
    Outcome outcome = node.proposer().propose(change).join();
    if (outcome instanceof Outcome.Done) {
      awaitRaft(change);
    }
    return outcome;
  }

  private void awaitRaft(ChangeMembers change) {
    long end = System.nanoTime() + FOLLOWED.toNanos();
    while (!followed(change) && System.nanoTime() - end < 0) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean followed(ChangeMembers change) {
    RaftGroupView group = node.group();
    return switch (change.kind()) {
      case FOUND, ADD -> true;
      case REMOVE ->
          !group.changing()
              && change.members().stream().noneMatch(m -> group.all().contains(m.getID()));
      case PROMOTE ->
          !group.changing()
              && change.members().stream().noneMatch(m -> group.learners().contains(m.getID()));
    };
  }
}
