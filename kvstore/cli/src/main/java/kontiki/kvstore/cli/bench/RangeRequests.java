package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import java.util.Optional;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import org.jspecify.annotations.Nullable;

/** Reads: one key of the key space after the other, or always the same key or range. */
final class RangeRequests extends UnaryRequest<RangeRequest, RangeResponse> {
  /** The answer to a read of a key that was written holds no key. */
  static final String KEY_MISSING = "KEY_MISSING";

  private final RangeRequest template;
  private final Optional<KeySpace.Keys> keys;
  private final ByteString end;

  /**
   * @param template all but the keys, where {@code keys} are given
   */
  RangeRequests(Target target, int client, RangeRequest template, Optional<KeySpace> keys) {
    super(target.channel(client), KVGrpc.getRangeMethod());
    this.template = template;
    this.keys = keys.map(space -> space.keys(client, 1));
    this.end =
        template.getLimit() > 1
            ? keys.map(space -> KeySpace.after(space.prefix())).orElse(ByteString.EMPTY)
            : ByteString.EMPTY;
  }

  @Override
  RangeRequest message() {
    if (keys.isEmpty()) {
      return template;
    }
    keys.get().choose();
    return template.toBuilder().setKey(keys.get().key(0)).setRangeEnd(end).build();
  }

  @Override
  long take(RangeResponse response) {
    long bytes = 0;
    for (var pair : response.getKvsList()) {
      bytes += pair.getKey().size() + pair.getValue().size();
    }
    return bytes;
  }

  @Override
  @Nullable String wrong(RangeResponse response) {
    return keys.isPresent() && response.getKvsCount() == 0 ? KEY_MISSING : null;
  }
}
