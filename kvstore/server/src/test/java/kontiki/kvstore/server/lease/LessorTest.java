package kontiki.kvstore.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kontiki.kvstore.mvcc.Applied.LeaseChange;
import kontiki.kvstore.mvcc.LeaseTable.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LessorTest {
  private final AtomicLong now = new AtomicLong();
  private final BlockingQueue<String> revoked = new LinkedBlockingQueue<>();
  private final Lessor lessor =
      new Lessor(now::get, (lease, term) -> revoked.add(lease + "@" + term));

  @AfterEach
  void close() {
    lessor.close();
  }

  @Test
  void onlyALeaderKnowsAndANewLeaderStartsEveryLeaseAnew() {
    lessor.applied(List.of(new LeaseChange.Granted(1, 10)));
    assertThat(lessor.renew(1)).isZero();
    now.set(TimeUnit.SECONDS.toNanos(8));
    lessor.promote(3, List.of(new Lease(1, 10)));
    assertThat(lessor.remainingMillis(1)).isEqualTo(10_000);
    lessor.demote();
    assertThat(lessor.remainingMillis(1)).isEqualTo(-1);
  }

  @Test
  void renewalStartsTheTtlAnewUntilTheLeaseHasRunOut() {
    lessor.promote(3, List.of(new Lease(1, 10)));
    now.set(TimeUnit.SECONDS.toNanos(9));
    assertThat(lessor.renew(1)).isEqualTo(10);
    assertThat(lessor.remainingMillis(1)).isEqualTo(10_000);
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(lessor.renew(1)).isZero();
  }

  @Test
  void whatHasRunOutIsRevokedInTheTermOfTheLeader() throws InterruptedException {
    lessor.promote(3, List.of(new Lease(1, 10), new Lease(2, 20)));
    now.set(TimeUnit.SECONDS.toNanos(11));
    lessor.start();
    assertThat(revoked.poll(10, TimeUnit.SECONDS)).isEqualTo("1@3");
    assertThat(lessor.renew(1)).isZero();
    assertThat(revoked).isEmpty();
  }
}
