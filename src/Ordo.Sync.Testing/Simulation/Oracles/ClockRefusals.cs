namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// A device whose clock a hub has refused puts it right at once: what it sends next is taken. Judged among hubs whose clocks were never
/// wrong, since there a device has nothing ahead of a hub's time but what it wrote itself.
/// </summary>
internal sealed class ClockRefusals(SimulatedWorld world)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(SimulatedNode From, string Scope), Refusal> _last = [];

    /// <summary>A hub has refused a push for its timestamps, and its sender has heard so.</summary>
    public void Note(SimulatedNode from, SimulatedNode to, string scope)
    {
        if (to is not SimulatedHub || from is SimulatedHub || world.Hubs.Any(hub => hub.Clock.WasWrong)
            || world.Devices.Any(device => device.Peer is not SimulatedHub))
        {
            return;
        }

        var refusal = new Refusal(world.Loop.Elapsed, from.ClockOffset, from.Life, from.Store.Disk.ErrorCount, IsPutRight: false);
        if (_last.TryGetValue((from, scope), out Refusal last) && refusal.At - last.At < Soon && last.Offset == refusal.Offset
            && (last.IsPutRight || (last.Life == refusal.Life && last.ErrorCount == refusal.ErrorCount)))
        {
            world.Report($"{from.Name} is refused for its clock by {to.Name} in '{scope}' again, after it has put it right.");
        }

        _last[(from, scope)] = refusal;
    }

    /// <summary>A push was taken: whatever came between, its sender has put its clock right.</summary>
    public void NoteTaken(SimulatedNode from, string scope)
    {
        if (_last.TryGetValue((from, scope), out Refusal last))
        {
            _last[(from, scope)] = last with { IsPutRight = true };
        }
    }

    /// <summary>Who died, or whose disk failed, before it could put its clock right, hears it once more.</summary>
    private readonly record struct Refusal(TimeSpan At, TimeSpan Offset, long Life, int ErrorCount, bool IsPutRight);
}
