using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

// A map as a part of a document: each of its values does what is asked of it.
public sealed partial class Map
{
    internal override CrdtValue Clone()
    {
        var copy = new Map();
        copy._values = new MapValues(_values.Count);
        foreach ((MapKey key, CrdtValue value) in _values.Entries)
        {
            copy._values.Append(key, value.Clone());
        }

        return copy;
    }

    internal override void Clear(IDotSource dots)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            if (value.IsPresent)
            {
                value.Clear(dots);
            }
        }
    }

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        // Both are in order: one walk over the two, so that many new keys are not moved for one another.
        ReadOnlySpan<KeyValuePair<MapKey, CrdtValue>> here = _values.Entries;
        ReadOnlySpan<KeyValuePair<MapKey, CrdtValue>> added = ((Map)other)._values.Entries;
        var joined = new MapValues(Math.Max(here.Length, added.Length));
        while (!here.IsEmpty || !added.IsEmpty)
        {
            int order = here.IsEmpty ? 1 : added.IsEmpty ? -1 : here[0].Key.CompareTo(added[0].Key);
            MapKey key = order <= 0 ? here[0].Key : added[0].Key;
            CrdtValue value = order <= 0 ? here[0].Value : Create(key.Kind);
            value.Merge(mine, order >= 0 ? added[0].Value : Create(key.Kind), theirs, isDelta);
            joined.Append(key, value);
            here = order <= 0 ? here[1..] : here;
            added = order >= 0 ? added[1..] : added;
        }

        _values = joined;
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.CollectReplicas(replicas, removals);
        }
    }

    internal override void Trim(ICausalView stable)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.Trim(stable);
        }
    }

    internal override void TrimNamed(ICausalView folded)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.TrimNamed(folded);
        }
    }

    internal override void SurveyRemovals(ICausalView stable, DotSurvey survey)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.SurveyRemovals(stable, survey);
        }
    }

    internal override void Survey(DotSurvey survey)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.Survey(survey);
        }
    }

    internal override void Bury(Func<GlobalDot, bool> matches)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.Bury(matches);
        }
    }

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.Rename(dots, matches, timestamp);
        }
    }

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            value.Retract(dots, matches);
        }
    }

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        foreach ((MapKey key, CrdtValue value) in ((Map)other)._values.Entries)
        {
            Get(key.Key, key.Kind).CopyFrom(dots, value, matches, timestamp);
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        int count = 0;
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            count += encoder.Writes(value) ? 1 : 0;
        }

        writer.WriteArrayHeader(count * EntryParts);
        foreach ((MapKey key, CrdtValue value) in _values.Entries)
        {
            if (encoder.Writes(value))
            {
                ScalarCodec.Write(ref writer, key.Key);
                writer.Write((byte)key.Kind);
                value.Write(ref writer, encoder);
            }
        }
    }

    private bool Has(Func<CrdtValue, bool> isSo)
    {
        foreach ((_, CrdtValue value) in _values.Entries)
        {
            if (isSo(value))
            {
                return true;
            }
        }

        return false;
    }
}
