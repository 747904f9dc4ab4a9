export { isModuleView, isWholeGuix, makeModuleView, moduleRoot } from './module-view.ts'
export {
  type ChannelDirectory,
  channelDirectories,
  channelsDirectory,
  channelsProfile,
} from './profile.ts'
