using Ordo.Sync.Core.Tests.Architecture.Samples.Records;

namespace Ordo.Sync.Core.Tests.Architecture.Samples.Engine;

/// <summary>On the highest floor: may name the ones below.</summary>
internal class Motor
{
    public static int Power { get; } = 7;

    public Note Note { get; } = new("down");
}
