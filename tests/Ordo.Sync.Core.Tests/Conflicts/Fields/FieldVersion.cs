using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

/// <summary>A version of a history, with what the history knows of its past and the state cannot be asked
/// for.</summary>
/// <param name="Stamp">Its identity.</param>
/// <param name="State">The state under test, as read back from its stored form.</param>
/// <param name="Past">All versions it knew.</param>
/// <param name="Changes">What it wrote: values by path, empty for removals.</param>
internal sealed record FieldVersion(
    FieldStamp Stamp, FieldState State, ImmutableHashSet<FieldStamp> Past, ImmutableDictionary<string, string> Changes);
