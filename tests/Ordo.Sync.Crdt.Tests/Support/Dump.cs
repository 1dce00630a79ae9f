using System.Globalization;
using System.Text;
using Ordo.Sync.Crdt.Sequences;

namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>Everything an encoding says, element by element, so that it does not matter how runs are parted.</summary>
public static class Dump
{
    public static string Of(byte[] encoded)
    {
        var dump = new StringBuilder();
        CrdtDocument document = CrdtDocument.Decode(encoded);
        dump.AppendLine(Convert.ToHexString(document.EncodeCanonical()));
        Elements(dump, document.Text("text").Core);
        return dump.ToString();
    }

    internal static void Elements<T>(StringBuilder dump, SequenceCore<T> core)
    {
        for (Run? run = core.First; run is not null; run = RunTree.Next(run))
        {
            for (int i = 0; i < run.Length; i++)
            {
                dump.Append(CultureInfo.InvariantCulture, $"{core.ReplicaAt(run.Replica)}:{run.Counter + i} {run.State}");
                if (run.State == RunState.Removed)
                {
                    long counter = run.EventCounter + (run.EventStep * i);
                    dump.Append(CultureInfo.InvariantCulture, $" by {core.ReplicaAt(run.EventReplica)}:{counter}");
                }

                dump.AppendLine();
            }
        }
    }
}
