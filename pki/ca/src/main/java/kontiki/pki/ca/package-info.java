/** Certificate authorities: the five sets of a cluster, on disk, issued and checked. */
@NullMarked
package kontiki.pki.ca;

import org.jspecify.annotations.NullMarked;
