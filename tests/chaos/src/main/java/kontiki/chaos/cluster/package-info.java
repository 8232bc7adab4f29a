/** A store of several members as real processes on this machine. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos.cluster;
