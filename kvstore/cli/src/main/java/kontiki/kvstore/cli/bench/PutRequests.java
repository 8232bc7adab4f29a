package kontiki.kvstore.cli.bench;

import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;

/** Writes a key. */
final class PutRequests extends UnaryRequest<PutRequest, PutResponse> {
  private final KeySpace.Keys keys;
  private final Values.Source values;
  private final long bytes;

  PutRequests(Target target, int client, KeySpace keys, Values values) {
    super(target.channel(client), KVGrpc.getPutMethod());
    this.keys = keys.keys(client, 1);
    this.values = values.source(client);
    this.bytes = keys.keyBytes() + values.bytes();
  }

  @Override
  PutRequest message() {
    keys.choose();
    return PutRequest.newBuilder().setKey(keys.key(0)).setValue(values.next()).build();
  }

  @Override
  long take(PutResponse response) {
    return bytes;
  }
}
