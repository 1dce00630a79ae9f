using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Core.Tests.Engine.Bundles;

/// <summary>Changes in a file: the rules of the network hold, whatever happens to the file.</summary>
public sealed class BundleTests
{
    private const string OtherScope = "course/BBB";

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_bundle_of_everything_makes_a_new_device_hold_the_same()
    {
        await using TestDevice ann = await FilledAsync(30);
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, await ExportAsync(ann));

        Assert.True(report.IsComplete);
        Assert.Equal(30, report.ChangedCount);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Equal("text 17", (await bob.Notes.GetAsync("key-17"))!.Value.Text);
    }

    [Fact]
    public async Task A_bundle_for_a_peer_holds_what_the_peer_lacks_and_importing_it_twice_changes_nothing()
    {
        await using TestDevice ann = await FilledAsync(30);
        await using TestDevice bob = Device();
        await ImportAsync(bob, await ExportAsync(ann));
        await ann.Notes.PutAsync("key-3", new Note { Text = "new" });
        await ann.Notes.DeleteAsync("key-4");
        var forBob = new BundleExportOptions
        {
            Known = BundleKnowledge.Parse((await bob.Engine.Bundles.DescribeAsync()).ToBytes()),
        };

        var file = new MemoryStream();
        BundleExportReport exported = await ann.Engine.Bundles.ExportAsync(file, forBob);
        BundleImportReport first = await ImportAsync(bob, file);
        BundleImportReport second = await ImportAsync(bob, file);

        Assert.Equal(2, exported.RecordCount);
        Assert.Equal((2, 0), (first.ChangedCount, second.ChangedCount));
        Assert.True(second.IsComplete);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Null(await bob.Notes.GetAsync("key-4"));
    }

    [Fact]
    public async Task Who_lacks_nothing_gets_a_bundle_of_nothing()
    {
        await using TestDevice ann = await FilledAsync(5);
        var known = new BundleExportOptions { Known = await ann.Engine.Bundles.DescribeAsync() };

        BundleExportReport report = await ann.Engine.Bundles.ExportAsync(new MemoryStream(), known);

        Assert.Empty(report.Scopes);
    }

    [Fact]
    public async Task A_bundle_that_comes_before_what_it_builds_on_waits_for_it()
    {
        await using TestDevice ann = await FilledAsync(10);
        MemoryStream first = await ExportAsync(ann);
        BundleKnowledge known = await ann.Engine.Bundles.DescribeAsync();
        await ann.Notes.PutAsync("key-3", new Note { Text = "second" });
        MemoryStream second = await ExportAsync(ann, new BundleExportOptions { Known = known });
        known = await ann.Engine.Bundles.DescribeAsync();
        await ann.Notes.PutAsync("key-3", new Note { Text = "third" });
        MemoryStream third = await ExportAsync(ann, new BundleExportOptions { Known = known });
        await using TestDevice bob = Device();

        BundleImportReport early = await ImportAsync(bob, third);
        await ImportAsync(bob, second);
        BundleImportReport last = await ImportAsync(bob, first);

        Assert.Equal(BundleScopeStatus.BaseMissing, early.Scopes.Single().Status);
        Assert.Equal(
            [BundleScopeStatus.Applied, BundleScopeStatus.Applied, BundleScopeStatus.Applied],
            last.Scopes.Select(scope => scope.Status));
        Assert.Equal("third", (await bob.Notes.GetAsync("key-3"))!.Value.Text);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task Two_copies_damaged_in_different_places_complete_each_other()
    {
        await using TestDevice ann = await FilledAsync(40, textLength: 100_000);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        byte[] one = [.. whole];
        byte[] other = [.. whole];
        one[whole.Length / 4] ^= 1;
        other[whole.Length / 4 * 3] ^= 1;
        await using TestDevice bob = Device();

        BundleImportReport first = await ImportAsync(bob, new MemoryStream(one));
        UInt128 between = await bob.DigestAsync();
        BundleImportReport second = await ImportAsync(bob, new MemoryStream(other));

        Assert.Equal(BundleScopeStatus.Incomplete, first.Scopes.Single().Status);
        Assert.Single(first.Scopes.Single().MissingPages);
        Assert.Single(first.Damage);
        Assert.Equal(UInt128.Zero, between);
        Assert.Equal(BundleScopeStatus.Applied, second.Scopes.Single().Status);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task Of_a_truncated_file_the_scopes_that_are_whole_are_imported()
    {
        await using TestDevice ann = await FilledAsync(10);
        await ann.Engine.SubscribeAsync(OtherScope);
        await ann.Engine.Scope(OtherScope).Collection<Note>("notes").PutAsync("x", new Note { Text = "other" });
        var order = new BundleExportOptions { Scopes = [OtherScope, TestDevice.ScopeName] };
        byte[] whole = (await ExportAsync(ann, order)).ToArray();
        await using TestDevice bob = Device();
        await bob.Engine.SubscribeAsync(OtherScope);

        BundleImportReport report = await ImportAsync(bob, new MemoryStream(whole[..^60]));

        Assert.True(report.IsTruncated);
        Assert.Equal(
            [(TestDevice.ScopeName, BundleScopeStatus.Incomplete), (OtherScope, BundleScopeStatus.Applied)],
            report.Scopes.Select(scope => (scope.Scope, scope.Status)));
        Assert.Null(await bob.Notes.GetAsync("key-1"));
        Assert.Equal("other", (await bob.Engine.Scope(OtherScope).Collection<Note>("notes").GetAsync("x"))!.Value.Text);
    }

    [Fact]
    public async Task Wherever_a_byte_is_changed_nothing_wrong_is_ever_applied_or_claimed()
    {
        await using TestDevice ann = await FilledAsync(6);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        UInt128 right = await ann.DigestAsync();
        for (int place = 0; place < whole.Length; place += 7)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x55;
            await using TestDevice bob = Device();
            try
            {
                BundleImportReport report = await ImportAsync(bob, new MemoryStream(damaged));
                Assert.False(report.IsComplete, $"A changed byte at {place} was not noticed.");
            }
            catch (SyncException exception)
            {
                Assert.InRange(place, 0, 55);
                Assert.Contains(exception.Code, (SyncErrorCode[])[SyncErrorCode.Malformed, SyncErrorCode.ProtocolVersion]);
            }

            Assert.Contains(await bob.DigestAsync(), (UInt128[])[UInt128.Zero, right]);
            await ImportAsync(bob, new MemoryStream(whole));
            Assert.Equal(right, await bob.DigestAsync());
        }
    }

    [Fact]
    public async Task Frames_are_found_again_behind_lost_and_inserted_bytes()
    {
        await using TestDevice ann = await FilledAsync(40, textLength: 100_000);
        byte[] whole = (await ExportAsync(ann)).ToArray();
        byte[] spoilt =
            [.. whole[..300_000], .. whole[400_000..2_500_000], .. Encoding.UTF8.GetBytes("OBF1 OBF1"), .. whole[2_500_000..]];
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, new MemoryStream(spoilt));

        Assert.Equal(2, report.Damage.Length);
        Assert.Equal(BundleScopeStatus.Incomplete, report.Scopes.Single().Status);
        Assert.Equal(2, report.Scopes.Single().MissingPages.Length);
        Assert.False(report.IsTruncated);
    }

    [Fact]
    public async Task Only_trusted_signers_are_believed_where_signatures_are_asked_for()
    {
        using var annKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var eveKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using TestDevice ann = await FilledAsync(5);
        MemoryStream signed = await ExportAsync(ann, new BundleExportOptions { Signer = annKey });
        MemoryStream byEve = await ExportAsync(ann, new BundleExportOptions { Signer = eveKey });
        MemoryStream unsigned = await ExportAsync(ann);
        var trusting = new BundleImportOptions { TrustedSigners = [annKey.ExportSubjectPublicKeyInfo()] };
        await using TestDevice bob = Device();

        BundleImportReport fromEve = await bob.Engine.Bundles.ImportAsync(byEve, trusting);
        BundleImportReport fromNobody = await bob.Engine.Bundles.ImportAsync(unsigned, trusting);
        UInt128 before = await bob.DigestAsync();
        BundleImportReport fromAnn = await bob.Engine.Bundles.ImportAsync(signed, trusting);

        Assert.Equal(BundleScopeStatus.Untrusted, fromEve.Scopes.Single().Status);
        Assert.Equal(BundleScopeStatus.Untrusted, fromNobody.Scopes.Single().Status);
        Assert.Equal(UInt128.Zero, before);
        Assert.Equal(BundleScopeStatus.Applied, fromAnn.Scopes.Single().Status);
        Assert.Equal(annKey.ExportSubjectPublicKeyInfo(), fromAnn.Scopes.Single().Signer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_encrypted_bundle_shows_nothing_and_opens_with_its_key_alone(bool withPassphrase)
    {
        BundleKey key = withPassphrase ? BundleKey.FromPassphrase("correct horse") : BundleKey.FromBytes(new byte[32]);
        BundleKey wrong = withPassphrase
            ? BundleKey.FromPassphrase("wrong horse")
            : BundleKey.FromBytes(Enumerable.Repeat((byte)1, 32).ToArray());
        await using TestDevice ann = await FilledAsync(5);
        MemoryStream file = await ExportAsync(ann, new BundleExportOptions { Key = key });
        await using TestDevice bob = Device();

        string content = Encoding.Latin1.GetString(file.ToArray());
        Assert.DoesNotContain("text 3", content, StringComparison.Ordinal);
        Assert.DoesNotContain(TestDevice.ScopeName, content, StringComparison.Ordinal);
        foreach (BundleKey? bad in (BundleKey?[])[null, wrong])
        {
            var error = await Assert.ThrowsAsync<SyncException>(async () =>
                await bob.Engine.Bundles.ImportAsync(file, new BundleImportOptions { Key = bad }));
            Assert.Equal(SyncErrorCode.Unauthorized, error.Code);
        }

        Assert.True((await bob.Engine.Bundles.ImportAsync(file, new BundleImportOptions { Key = key })).IsComplete);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
    }

    [Fact]
    public async Task A_bundle_with_times_too_far_ahead_waits_as_a_whole()
    {
        var ahead = new FakeTimeProvider(_time.GetUtcNow() + TimeSpan.FromHours(2));
        await using var ann = new TestDevice(transport: null, ahead);
        await ann.Notes.PutAsync("a", new Note { Text = "from the future" });
        MemoryStream file = await ExportAsync(ann);
        await using TestDevice bob = Device();

        BundleImportReport early = await ImportAsync(bob, file);
        UInt128 before = await bob.DigestAsync();
        _time.Advance(TimeSpan.FromHours(2));
        BundleImportReport later = await ImportAsync(bob, file);

        Assert.Equal(BundleScopeStatus.TooFarAhead, early.Scopes.Single().Status);
        Assert.InRange(early.ReadyAt!.Value, later.ReadyAt ?? TestHub.NewClock().GetUtcNow(), _time.GetUtcNow());
        Assert.Equal(UInt128.Zero, before);
        Assert.True(later.IsComplete);
    }

    [Fact]
    public async Task A_scope_that_the_device_does_not_hold_is_left_out_and_reported()
    {
        await using TestDevice ann = Device();
        await ann.Engine.SubscribeAsync(OtherScope);
        await ann.Engine.Scope(OtherScope).Collection<Note>("notes").PutAsync("x", new Note());
        MemoryStream file = await ExportAsync(ann);
        await using TestDevice bob = Device();

        BundleImportReport report = await ImportAsync(bob, file);

        Assert.Equal([(OtherScope, BundleScopeStatus.NotSubscribed)], report.Scopes.Select(scope => (scope.Scope, scope.Status)));
        Assert.False(report.IsComplete);
    }

    [Fact]
    public async Task Concurrent_edits_meet_as_on_the_network_and_reach_the_hub_once()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var ann = new TestDevice(hub.Connect("ann"), _time, ConflictStrategy.AcademicRecord);
        await using var bob = new TestDevice(hub.Connect("bob"), _time, ConflictStrategy.AcademicRecord);
        await ann.Notes.PutAsync("a", new Note { Text = "base" });
        await ann.SyncAsync();
        await bob.SyncAsync();
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await bob.Notes.PutAsync("a", new Note { Text = "bob's" });

        await ImportAsync(bob, await ExportAsync(ann));
        await bob.SyncAsync();
        await ann.SyncAsync();
        await bob.SyncAsync();

        Assert.Equal(2, (await bob.Engine.Conflicts.ListAsync().SingleAsync()).Siblings.Length);
        Assert.Equal(await ann.DigestAsync(), await bob.DigestAsync());
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await bob.DigestAsync());
    }

    [Fact]
    public async Task A_device_that_carries_others_versions_to_a_hub_that_does_not_take_them_is_done_all_the_same()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using var ann = new TestDevice(hub.Connect("ann"), _time);
        await using var bob = new TestDevice(hub.Connect("bob"), _time);
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await bob.Notes.PutAsync("b", new Note { Text = "bob's" });
        await ImportAsync(bob, await ExportAsync(ann));

        SyncReport carried = await bob.SyncAsync();
        UInt128 between = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        await ann.SyncAsync();
        await bob.SyncAsync();

        Assert.Equal(SyncStatus.Completed, carried.Status);
        Assert.InRange(carried.RoundTripCount, 1, 6);
        Assert.NotEqual(await bob.DigestAsync(), between);
        Assert.Equal((await hub.StateAsync(TestDevice.ScopeName)).Digest, await bob.DigestAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no bundle at all, but long enough to be looked at as one by the reader")]
    public async Task What_is_no_bundle_is_refused(string content)
    {
        await using TestDevice bob = Device();

        var error = await Assert.ThrowsAsync<SyncException>(
            async () => await ImportAsync(bob, new MemoryStream(Encoding.UTF8.GetBytes(content))));

        Assert.Equal(SyncErrorCode.Malformed, error.Code);
    }

    private static async Task<MemoryStream> ExportAsync(TestDevice device, BundleExportOptions? options = null)
    {
        var file = new MemoryStream();
        await device.Engine.Bundles.ExportAsync(file, options);
        return file;
    }

    private static async Task<BundleImportReport> ImportAsync(TestDevice device, MemoryStream file) =>
        await device.Engine.Bundles.ImportAsync(file);

    private TestDevice Device() => new(transport: null, _time);

    private async Task<TestDevice> FilledAsync(int count, int textLength = 0)
    {
        TestDevice device = Device();
        for (int i = 0; i < count; i++)
        {
            await device.Notes.PutAsync($"key-{i}", new Note { Text = $"text {i}".PadRight(textLength), Score = i });
        }

        return device;
    }
}
