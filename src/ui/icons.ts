/** @file The icons that the page uses, from lucide (ISC), each as the inside of its SVG. Add a line for a new one. */
import activity from 'lucide-static/icons/activity.svg?raw';
import arrowDown from 'lucide-static/icons/arrow-down.svg?raw';
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw';
import bookOpen from 'lucide-static/icons/book-open.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw';
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw';
import chevronRight from 'lucide-static/icons/chevron-right.svg?raw';
import circle from 'lucide-static/icons/circle.svg?raw';
import circleCheck from 'lucide-static/icons/circle-check.svg?raw';
import circleSlash from 'lucide-static/icons/circle-slash.svg?raw';
import circleStop from 'lucide-static/icons/circle-stop.svg?raw';
import circleX from 'lucide-static/icons/circle-x.svg?raw';
import code from 'lucide-static/icons/code.svg?raw';
import command from 'lucide-static/icons/command.svg?raw';
import copy from 'lucide-static/icons/copy.svg?raw';
import cpu from 'lucide-static/icons/cpu.svg?raw';
import download from 'lucide-static/icons/download.svg?raw';
import ellipsis from 'lucide-static/icons/ellipsis.svg?raw';
import externalLink from 'lucide-static/icons/external-link.svg?raw';
import folderOpen from 'lucide-static/icons/folder-open.svg?raw';
import gitCompare from 'lucide-static/icons/git-compare.svg?raw';
import history from 'lucide-static/icons/history.svg?raw';
import hourglass from 'lucide-static/icons/hourglass.svg?raw';
import link from 'lucide-static/icons/link.svg?raw';
import listTree from 'lucide-static/icons/list-tree.svg?raw';
import loaderCircle from 'lucide-static/icons/loader-circle.svg?raw';
import maximize2 from 'lucide-static/icons/maximize-2.svg?raw';
import menu from 'lucide-static/icons/menu.svg?raw';
import minus from 'lucide-static/icons/minus.svg?raw';
import moon from 'lucide-static/icons/moon.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import redo2 from 'lucide-static/icons/redo-2.svg?raw';
import rotateCcw from 'lucide-static/icons/rotate-ccw.svg?raw';
import rotateCw from 'lucide-static/icons/rotate-cw.svg?raw';
import ruler from 'lucide-static/icons/ruler.svg?raw';
import save from 'lucide-static/icons/save.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import share2 from 'lucide-static/icons/share-2.svg?raw';
import shield from 'lucide-static/icons/shield.svg?raw';
import slidersHorizontal from 'lucide-static/icons/sliders-horizontal.svg?raw';
import square from 'lucide-static/icons/square.svg?raw';
import sun from 'lucide-static/icons/sun.svg?raw';
import sunMoon from 'lucide-static/icons/sun-moon.svg?raw';
import text from 'lucide-static/icons/text.svg?raw';
import trash2 from 'lucide-static/icons/trash-2.svg?raw';
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw';
import undo2 from 'lucide-static/icons/undo-2.svg?raw';
import upload from 'lucide-static/icons/upload.svg?raw';
import workflow from 'lucide-static/icons/workflow.svg?raw';
import x from 'lucide-static/icons/x.svg?raw';

/** The drawing without the `<svg>` around it. */
const inside = (svg: string): string =>
  svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));

export const ICONS = {
  activity: inside(activity),
  'arrow-down': inside(arrowDown),
  'arrow-up': inside(arrowUp),
  'book-open': inside(bookOpen),
  check: inside(check),
  'chevron-down': inside(chevronDown),
  'chevron-left': inside(chevronLeft),
  'chevron-right': inside(chevronRight),
  circle: inside(circle),
  'circle-check': inside(circleCheck),
  'circle-slash': inside(circleSlash),
  'circle-stop': inside(circleStop),
  'circle-x': inside(circleX),
  code: inside(code),
  command: inside(command),
  copy: inside(copy),
  cpu: inside(cpu),
  download: inside(download),
  ellipsis: inside(ellipsis),
  'external-link': inside(externalLink),
  'folder-open': inside(folderOpen),
  'git-compare': inside(gitCompare),
  history: inside(history),
  hourglass: inside(hourglass),
  link: inside(link),
  'list-tree': inside(listTree),
  'loader-circle': inside(loaderCircle),
  'maximize-2': inside(maximize2),
  menu: inside(menu),
  minus: inside(minus),
  moon: inside(moon),
  pencil: inside(pencil),
  play: inside(play),
  plus: inside(plus),
  'redo-2': inside(redo2),
  'rotate-ccw': inside(rotateCcw),
  'rotate-cw': inside(rotateCw),
  ruler: inside(ruler),
  save: inside(save),
  search: inside(search),
  'share-2': inside(share2),
  shield: inside(shield),
  'sliders-horizontal': inside(slidersHorizontal),
  square: inside(square),
  sun: inside(sun),
  'sun-moon': inside(sunMoon),
  text: inside(text),
  'trash-2': inside(trash2),
  'triangle-alert': inside(triangleAlert),
  'undo-2': inside(undo2),
  upload: inside(upload),
  workflow: inside(workflow),
  x: inside(x),
} as const;

export type IconName = keyof typeof ICONS;
